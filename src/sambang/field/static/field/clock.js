// The office's time: the phone's clock, corrected by its difference at the last contact.
import { getMeta, setMeta } from "./database.js";

export const noteOfficeTime = (text) => {
  const now = Date.now();
  return setMeta({ clock_offset: new Date(text).getTime() - now, clock_read_at: now });
};

/** A Date. A clock that was set back since the last contact was corrected by hand, so it counts as it is. */
export async function officeNow() {
  const offset = (await getMeta("clock_offset")) || 0;
  const readAt = (await getMeta("clock_read_at")) || 0;
  const now = Date.now();
  return new Date(now < readAt ? now : now + offset);
}

/** Difference between the phone's clock and the office's at the last contact, in hours with one decimal. */
export async function clockOffsetHours() {
  return Math.round(((await getMeta("clock_offset")) || 0) / 360_000) / 10;
}
