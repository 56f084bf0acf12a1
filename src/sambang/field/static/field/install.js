// Chrome's offer to put the app on the home screen, kept until the officer asks for it.
let offer = null;

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
});

export const install = {
  ready: () => offer !== null,
  async ask() {
    const asked = offer;
    offer = null;
    asked.prompt();
    await asked.userChoice;
  },
};
