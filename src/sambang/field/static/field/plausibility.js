// Questions about implausible figures before they are stored: the rules and sentences of production/plausibility.py.
import { knownUnit } from "./numbers.js";
import { translate } from "./language.js";
import { UNUSUAL_FACTOR, MULTIPLIERS, QUESTIONS, WHOLE, ZERO_TOO_MANY } from "./tables.js";

const MULTIPLIER_NAMES = new Map(
  Object.entries(MULTIPLIERS).map(([name, factor]) => [factor, name]),
);
const SLIPS = [
  ...MULTIPLIER_NAMES.keys(),
  ...[1, 2, 3].map((zeros) => ZERO_TOO_MANY ** zeros),
].sort((one, other) => one - other);

/** The questions about one product: `usual` {quantity, price, capacity} are the references of the offline bundle. */
export function lineQuestions({ name, unit }, { quantity, value }, usual) {
  const asked = [];
  if (isFar(quantity, usual?.quantity))
    asked.push(quantityQuestion(name, unit, quantity, usual.quantity));
  if (!usual?.quantity && usual?.capacity && quantity >= UNUSUAL_FACTOR * usual.capacity)
    asked.push(
      sentence("capacity", {
        line: name,
        entered: `${shown(quantity)} ${unit}`,
        usual: `${shown(usual.capacity, 0)} ${unit}`,
      }),
    );
  const price = value && quantity ? value / quantity : 0;
  if (isFar(price, usual?.price))
    asked.push(
      sentence("price", {
        line: name,
        price: shown(price, 0),
        unit,
        usual: shown(usual.price, 0),
      }),
    );
  return asked;
}

function isFar(figure, normal) {
  if (!normal || !figure) return false;
  const times = figure / normal;
  return times <= 1 / UNUSUAL_FACTOR || times >= UNUSUAL_FACTOR;
}

function quantityQuestion(line, unit, quantity, normal) {
  const times = quantity / normal;
  const params = {
    line,
    entered: `${shown(quantity)} ${unit}`,
    usual: `${shown(normal)} ${unit}`,
    guess: `${shown(quantity / slipOf(times))} ${unit}`,
  };
  if (times >= UNUSUAL_FACTOR) {
    const isMultiple = MULTIPLIER_NAMES.has(slipOf(times)) && !hasPieces(unit);
    return sentence(isMultiple ? "too_much" : "guess", params);
  }
  const countedIn = MULTIPLIER_NAMES.get(slipOf(1 / times));
  if (countedIn && hasPieces(unit))
    return sentence("unit", { ...params, entered: shown(quantity), unit: countedIn });
  return sentence("too_little", params);
}

function hasPieces(name) {
  const unit = knownUnit(name);
  return Boolean(unit) && !unit.isMultiplier && WHOLE.includes(unit.dimension);
}

/** The typing error in SLIPS that is nearest to a value `times` times too large, by ratio. */
function slipOf(times) {
  const distance = (slip) => Math.max(slip / times, times / slip);
  return SLIPS.reduce((best, slip) => (distance(slip) < distance(best) ? slip : best));
}

/** "1.250" or "2,500": whole numbers without decimals. */
function shown(number, places = 3) {
  const [whole, decimals = ""] = number.toFixed(places).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
  return /[1-9]/.test(decimals) ? `${grouped},${decimals}` : grouped;
}

const sentence = (code, params) =>
  translate(QUESTIONS[code]).replace(/%\((\w+)\)s/g, (_whole, name) => params[name]);
