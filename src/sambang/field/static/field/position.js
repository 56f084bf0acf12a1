// Where a photo was taken: only where the council allows it and the officer allows it on this phone, and never in the
// picture. It is looked for while the camera is open, so that no photo waits for it.
import { meta, remember } from "./store.js";

const LONGEST = 15_000;
const FRESH = 60_000;
const LAST_MOMENT = 2_000;

const look = () =>
  new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("no position on this browser"));
    else
      navigator.geolocation.getCurrentPosition(resolve, reject, {
        enableHighAccuracy: true,
        timeout: LONGEST,
        maximumAge: FRESH,
      });
  });

/** As a geo URI with its uncertainty in metres (RFC 5870). */
const written = ({ coords: { latitude, longitude, accuracy } }) =>
  `geo:${latitude.toFixed(5)},${longitude.toFixed(5)};u=${Math.min(999_999, Math.ceil(accuracy))}`;

export const isAllowed = async () => Boolean(await meta("positions"));

/** On a tap: the browser asks the officer. False where the officer or the phone says no. */
export async function allow() {
  try {
    await look();
  } catch (wrong) {
    if (wrong.code !== 2 && wrong.code !== 3) return false; // allowed, and only not found here and now
  }
  await remember({ positions: true });
  return true;
}

export const forbid = () => remember({ positions: undefined });

/** Begins to look; the answer is '' where it is not allowed or not found. */
export async function begin(visit) {
  if (!visit.positions || !(await isAllowed())) return "";
  return look().then(written, () => "");
}

/** What was found by now, or in the next moment. */
export const found = (looking) =>
  Promise.race([looking, new Promise((resolve) => setTimeout(resolve, LAST_MOMENT, ""))]);
