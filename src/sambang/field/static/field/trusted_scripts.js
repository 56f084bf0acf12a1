// Under Trusted Types a script URL must not be a plain string. This is the only policy that the server allows
// (app_shell.py), and it accepts only the app's two workers.
export const SERVICE_WORKER = "/lapangan/sw.js";
export const IMAGE_WORKER = document.documentElement.dataset.imageWorker || "";

const policy = window.trustedTypes?.createPolicy("lapangan", {
  createScriptURL: (address) => {
    if (address === SERVICE_WORKER || (address && address === IMAGE_WORKER)) return address;
    throw new TypeError(`not a worker of the app: ${address}`);
  },
});

/** The URL as a TrustedScriptURL for the constructors of workers. */
export const trustedAddress = (address) => (policy ? policy.createScriptURL(address) : address);
