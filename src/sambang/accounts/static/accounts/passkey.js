// A form with data-passkey asks the browser for a passkey before it is sent, and carries the answer in `credential`.
// Older browsers lack the two functions that read and write JSON: the form stays hidden there.
const known = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };

async function answer(form) {
  const way = form.dataset.passkey;
  const publicKey = PublicKeyCredential[known[way]](JSON.parse(form.dataset.options));
  const credential = await navigator.credentials[way]({ publicKey });
  return JSON.stringify(credential.toJSON());
}

function listen(form) {
  const error = form.querySelector(":scope > .error-message[hidden]");
  form.elements.credential.value = ""; // what a refused sending left there answers an old question
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.hidden = true;
    try {
      form.elements.credential.value = await answer(form);
    } catch {
      error.hidden = false; // refused, timed out, or no such key here: the form can be sent again
      return;
    }
    form.submit();
  });
}

const able =
  window.PublicKeyCredential && Object.values(known).every((name) => name in PublicKeyCredential);
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (able) listen(form);
}
for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = Boolean(able);
