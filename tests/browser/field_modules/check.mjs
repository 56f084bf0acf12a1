// Assertions of the unit tests. They throw; the runner reports the message.
const text = (value) =>
  JSON.stringify(value, (_key, part) =>
    part instanceof Map || part instanceof Set ? [...part] : part === undefined ? null : part,
  );

/** Deep equality by JSON; undefined equals null. */
export function equal(found, expected) {
  if (text(found) !== text(expected))
    throw new Error(`expected ${text(expected)}, found ${text(found)}`);
}

/** `work` throws an error of this class; returns it. */
export function throws(Class, work) {
  try {
    work();
  } catch (error) {
    if (error instanceof Class) return error;
    throw error;
  }
  throw new Error(`expected ${Class.name}`);
}
