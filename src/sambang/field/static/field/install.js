// Chrome's install prompt, deferred until the officer asks for it.
let prompt = null;

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
});

export const install = {
  ready: () => prompt !== null,
  async ask() {
    const deferred = prompt;
    prompt = null;
    deferred.prompt();
    await deferred.userChoice;
  },
};
