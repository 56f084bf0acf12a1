// The position of a photo: recorded only if both the council and the officer allow it, and never as metadata of the
// image. The position is requested while the camera is open, so that storing the photo does not wait for it.
import { getMeta, setMeta } from "./database.js";

const TIMEOUT = 15_000;
const MAXIMUM_AGE = 60_000;
const GRACE = 2_000; // milliseconds after the camera closed

const requestPosition = () =>
  new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("this browser has no geolocation"));
    else
      navigator.geolocation.getCurrentPosition(resolve, reject, {
        enableHighAccuracy: true,
        timeout: TIMEOUT,
        maximumAge: MAXIMUM_AGE,
      });
  });

/** A geo URI with its uncertainty in metres (RFC 5870). */
const geoUri = ({ coords: { latitude, longitude, accuracy } }) =>
  `geo:${latitude.toFixed(5)},${longitude.toFixed(5)};u=${Math.min(999_999, Math.ceil(accuracy))}`;

export const isEnabled = async () => Boolean(await getMeta("positions"));

/** On a tap: the browser asks the officer. False where the officer or the phone refuses. */
export async function enable() {
  try {
    await requestPosition();
  } catch (error) {
    const { POSITION_UNAVAILABLE, TIMEOUT: TIMED_OUT } = window.GeolocationPositionError || {};
    if (![POSITION_UNAVAILABLE, TIMED_OUT].includes(error.code)) return false;
  }
  await setMeta({ positions: true });
  return true;
}

export const disable = () => setMeta({ positions: undefined });

/** Start locating: a promise of a geo URI, or of "" where it is not allowed or not found. */
export async function locate(visit) {
  if (!visit.positions || !(await isEnabled())) return "";
  return requestPosition().then(geoUri, () => "");
}

/** The result of `locate`, or "" where it takes longer than GRACE from now. */
export const settled = (locating) =>
  Promise.race([locating, new Promise((resolve) => setTimeout(resolve, GRACE, ""))]);
