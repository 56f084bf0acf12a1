// Parser of numbers and quantities in Indonesian notation; the same algorithm and tables as lib/numbers.py and
// lib/units.py. Values are exact: [numerator, denominator], both BigInt.
import { translate } from "./language.js";
import {
  FRACTION_SIGNS,
  MAX_VALUE,
  MAX_QUANTITY,
  MAX_LENGTH,
  MONEY_SCALES,
  NOTHING,
  NUMBER_WORDS,
  ONE_OF,
  PATTERNS,
  PERIODS,
  SCALES,
  SENTENCES,
  UNITS,
  WHOLE,
  WORDS,
} from "./tables.js";

const anyOf = (words) => [...words].sort((a, b) => b.length - a.length).join("|");
const source = (name) =>
  PATTERNS[name].replace(/<([A-Z_]+)>/g, (_whole, kind) => anyOf(WORDS[kind]));
const once = (name) => new RegExp(source(name));
const all = (name) => new RegExp(source(name), "g");
const unitNamed = new Map(UNITS.flatMap((unit) => unit.synonyms.map((name) => [name, unit])));
const spaced = (text) => text.trim().replace(/\s+/g, " ");
const has = (table, name) => Object.hasOwn(table, name);

export class NumberError extends Error {
  constructor(code, text, facts = {}) {
    const shown = { text: text.slice(0, code === "too_long" ? 20 : 40), ...facts };
    super(translate(SENTENCES[code]).replace(/%\((\w+)\)s/g, (_whole, name) => shown[name]));
    this.code = code;
  }
}

export class AmbiguousNumberError extends NumberError {
  constructor(text, readings) {
    const [first, second] = readings.map(plain);
    super("ambiguous", text, { first, second });
    this.readings = readings;
  }
}

const add = ([a, b], [c, d]) => [a * d + c * b, b * d];
const times = ([a, b], [c, d]) => [a * c, b * d];
const less = ([a, b], [c, d]) => a * d < c * b;
const ofInteger = (integer) => [BigInt(integer), 1n];
const isInteger = ([above, below]) => above % below === 0n;

/** "1250,5" with a decimal comma, exactly. */
function ofDecimal(text) {
  const [whole, part = ""] = text.split(",");
  return [BigInt(whole + part), 10n ** BigInt(part.length)];
}

/** Rounded to a floating-point number. */
export const asNumber = ([above, below]) => Number(above) / Number(below);

/** A number in an unambiguous notation: 1250, 1,25, 1,1250. At most six decimals. */
export function plain([above, below]) {
  const millionths = (above * 2_000_000n + below) / (below * 2n);
  const decimals = String(millionths % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const whole = String(millionths / 1_000_000n);
  return decimals ? `${whole},${decimals}${decimals.length === 3 ? "0" : ""}` : whole;
}

/** The single number of a text. Throws NumberError. */
export function readNumber(text, { money = false } = {}) {
  const numbers = readNumbers(text, money);
  if (numbers.length > 1 || /[0-9]/.test(numbers[0].unit.replace("m2", "")))
    throw new NumberError("several", text);
  return numbers[0];
}

/** A whole number from 0 to `most`, optionally followed by one of `units`. Throws NumberError. */
export function readInteger(text, { money = false, units = [], most = Number(MAX_VALUE) } = {}) {
  const number = readNumber(text, { money });
  const allowed = ["", ...(money ? ["rupiah", "rp"] : []), ...units];
  if (number.isCurrency && !money) throw new NumberError("unit_unknown", text, { unit: "Rp" });
  if (number.period || !allowed.includes(number.unit))
    throw new NumberError("unit_unknown", text, { unit: number.unit || number.period });
  if (!isInteger(number.value) || (number.isDecimalPoint && !number.isScaled))
    throw new NumberError("not_whole", text);
  const value = Number(number.value[0] / number.value[1]);
  if (value > most) throw new NumberError("too_large", text);
  return value;
}

/** The quantity in `unit`. Throws NumberError. */
export function readQuantity(text, unit) {
  if (NOTHING.includes(normalise(text))) return ofInteger(0);
  const numbers = readNumbers(text, false);
  let total = ofInteger(0);
  for (const number of numbers) {
    if (number.isCurrency || !["", "bulan"].includes(number.period))
      throw new NumberError("other_unit", text, { unit: number.period || "Rp", wanted: unit });
    if (!number.unit && numbers.length > 1) throw new NumberError("no_unit", text);
    total = add(total, times(number.value, ratio(number.unit, unit, text)));
  }
  const own = knownUnit(unit);
  if (own && WHOLE.includes(own.dimension) && !isInteger(times(total, factorOf(own))))
    throw new NumberError("not_whole", text);
  if (!less(total, ofInteger(MAX_QUANTITY))) throw new NumberError("too_large", text);
  return total;
}

export function knownUnit(name) {
  return unitNamed.get(spaced(name.toLowerCase()).replace(/\.+$/, "")) || null;
}

const factorOf = (unit) => unit.factor.map(BigInt);

function ratio(name, unit, text) {
  const own = knownUnit(unit);
  const other = knownUnit(name);
  const ownFactor = own ? factorOf(own) : ofInteger(1);
  if (!name || name === unit.trim().toLowerCase() || (own && other && own.name === other.name))
    return ofInteger(1);
  if (!other) throw new NumberError("unit_unknown", text, { unit: name });
  const share = times(factorOf(other), [ownFactor[1], ownFactor[0]]);
  if (other.isMultiplier && (!own || WHOLE.includes(own.dimension))) return share;
  if (!own || own.dimension !== other.dimension || own.isPackage || other.isPackage)
    throw new NumberError("other_unit", text, { unit: name, wanted: unit });
  return share;
}

/** The numbers of a text, each with the words after it: two for "3 kodi 5 potong". */
function readNumbers(text, money) {
  let normal = normalise(text);
  if (!normal) throw new NumberError("empty", text);
  if (normal.length > MAX_LENGTH) throw new NumberError("too_long", text);
  const withoutCurrency = normal.replace(once("currency"), "");
  const isCurrency = withoutCurrency !== normal;
  normal = withoutCurrency.replace(once("about"), "");
  if (once("limit").test(normal)) throw new NumberError("limit", text);
  if (normal.startsWith("-")) throw new NumberError("negative", text);
  const tokens = [...normal.matchAll(all("token"))].map((found) => ({
    token: found[1],
    start: found.index + found[0].length - found[1].length,
    end: found.index + found[0].length,
  }));
  if (!tokens.length || tokens[0].start !== 0) throw new NumberError("unreadable", text);
  const scales = money || isCurrency ? MONEY_SCALES : SCALES;
  const numbers = [];
  tokens.forEach(({ token, end }, index) => {
    const behind = normal.slice(end, tokens[index + 1]?.start ?? normal.length);
    const number = { ...oneNumber(token, behind, scales, text), isCurrency };
    const before = numbers[numbers.length - 1];
    if (before && !before.unit && less(number.value, ofInteger(before.scale)))
      numbers[numbers.length - 1] = sum(before, number, text);
    else numbers.push(number);
  });
  if (numbers.some(({ value }) => !less(value, ofInteger(MAX_VALUE))))
    throw new NumberError("too_large", text);
  return numbers;
}

function normalise(text) {
  let normal = text.normalize("NFC").toLowerCase();
  for (const [sign, written] of Object.entries(FRACTION_SIGNS))
    normal = normal.replaceAll(sign, ` ${written}`);
  normal = spaced(spaced(normal).replace(all("in_brackets"), " "));
  normal = normal.replace(all("hundreds"), (_whole, hundreds, rest) =>
    String(NUMBER_WORDS[hundreds || "satu"] * 100 + NUMBER_WORDS[rest || "nol"]),
  );
  normal = normal.replace(all("number_word"), (word) => String(NUMBER_WORDS[word]));
  normal = normal.replace(all("one_of"), (word) => ONE_OF[word]);
  return normal.replace(once("about"), "");
}

/** "2 juta 500 ribu" is one number; "2 juta 500" is ambiguous, because in speech it can mean 2.500.000. */
function sum(before, number, text) {
  const literal = add(before.value, number.value);
  if (number.scale === 1 && before.scale > 1_000) {
    const said = add(before.value, times(number.value, [BigInt(before.scale), 1_000n]));
    throw new AmbiguousNumberError(text, [said, literal]);
  }
  return { ...number, value: literal, isScaled: true };
}

function oneNumber(token, textBehind, scales, text) {
  let behind = textBehind.replace(once("mark"), "");
  let scale = 1;
  let word = behind.match(once("word"));
  while (word && has(scales, word[1])) {
    scale *= scales[word[1]];
    behind = behind.slice(word[0].length);
    word = behind.match(once("word"));
  }
  behind = behind.replace(once("joined"), "").trim();
  if (once("about_scale").test(behind)) throw new NumberError("unreadable", text);
  const period = behind.match(once("period"));
  const unit = (period ? behind.slice(0, period.index) : behind).replace(
    /^[ .,/=()]+|[ .,/=()]+$/g,
    "",
  );
  return {
    value: tokenValue(token, scale, text),
    unit,
    period: period ? PERIODS[period[1]] : "",
    isScaled: scale > 1,
    scale,
    isDecimalPoint: once("decimal_point").test(token) && !once("grouped").test(token),
  };
}

function tokenValue(token, scale, text) {
  const scaled = (value) => times(value, ofInteger(scale));
  const fraction = token.match(once("fraction"));
  if (fraction) {
    const [, whole = "0", above, below] = fraction;
    if (BigInt(below) === 0n) throw new NumberError("zero_divisor", text);
    return scaled(add(ofInteger(whole), [BigInt(above), BigInt(below)]));
  }
  if (once("grouped").test(token)) return scaled(ofDecimal(token.replaceAll(".", "")));
  if (once("grouped_by_comma").test(token))
    return scaled(ofDecimal(token.replaceAll(",", "").replace(".", ",")));
  if (once("grouped_by_space").test(token)) return scaled(ofDecimal(token.replace(/[ ']/g, "")));
  const comma = token.replace(".", ",");
  if (once("two_readings").test(token) && !(scale > 1 && token.includes(","))) {
    const readings = [ofInteger(comma.replace(",", "")), ofDecimal(comma)];
    throw new AmbiguousNumberError(text, readings.map(scaled));
  }
  if (once("decimal").test(token)) return scaled(ofDecimal(comma));
  throw new NumberError("unreadable", text);
}
