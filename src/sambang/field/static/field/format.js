// Dates, numbers and sizes as text in the interface.
import { language, t } from "./language.js";
const LANGUAGE = "id-ID"; // number format: users type numbers in the Indonesian notation in either language
const DATES = language === "en" ? "en-GB" : LANGUAGE;
const DATE = { day: "numeric", month: "short", year: "numeric" };

export const formatDate = (text) =>
  text ? new Date(`${String(text).slice(0, 10)}T12:00:00`).toLocaleDateString(DATES, DATE) : "–";
export const formatDateTime = (text) =>
  text
    ? new Date(text).toLocaleString(DATES, { ...DATE, hour: "2-digit", minute: "2-digit" })
    : "–";
export const formatTime = (text) => new Date(text).toLocaleTimeString(DATES);
/** "2026-11" as "November 2026". */
export const formatMonth = (text) =>
  new Date(`${text}-15T12:00:00`).toLocaleDateString(DATES, { month: "long", year: "numeric" });
export const formatNumber = (value) => Number(value).toLocaleString(LANGUAGE);

/** The date as YYYY-MM-DD, in a time zone such as "Asia/Jayapura" or else in the phone's. */
export const today = (zone = undefined, moment = new Date()) =>
  new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(moment);

/** The newest `count` months up to the month of `day`, newest first: [{value, label}]. */
export const monthsUntil = (day, count) =>
  Array.from({ length: count }, (_none, back) => {
    const month = new Date(
      Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 - back, 1),
    );
    const value = month.toISOString().slice(0, 7);
    return { value, label: formatMonth(value) };
  });

/** ISO 8601 with the phone's offset from UTC: the office learns the officer's local time. */
export function localTimestamp(moment = new Date()) {
  const offset = -moment.getTimezoneOffset();
  const twoDigits = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, 23);
  return `${local}${offset < 0 ? "-" : "+"}${twoDigits(offset / 60)}:${twoDigits(offset % 60)}`;
}

export function formatBytes(bytes) {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} MB`;
  return `${(bytes / 1024 ** 3).toFixed(1).replace(".", ",")} GB`;
}

export function formatAge(text, now = Date.now()) {
  const minutes = Math.max(0, (now - new Date(text).getTime()) / 60_000);
  if (minutes < 2) return t`baru saja`;
  if (minutes < 60) return t`${Math.floor(minutes)} menit lalu`;
  if (minutes < 48 * 60) return t`${Math.floor(minutes / 60)} jam lalu`;
  return t`${Math.floor(minutes / 1440)} hari lalu`;
}
