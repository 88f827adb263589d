/** Values that stand where another kind of value is usual. */
const WRONG: readonly unknown[] = [null, [], {}, '', 'x', 0, -1, 1e300, true, false, [null], [[]], [{}], { x: null }];

/**
 * The JSON value with one place replaced by a wrong value; `choices` decides which and by what. Nothing is changed in place.
 *
 * @param choices the first says what is put there, one more is used for each level that is gone down, while there are some
 */
export function broken(value: unknown, [what = 0, ...where]: readonly number[]): unknown {
  const [step, ...deeper] = where;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const key = step === undefined ? undefined : keys[step % (keys.length + 1)];
  if (key === undefined) return WRONG[what % WRONG.length];
  const child = broken(Reflect.get(Object(value), key), [what, ...deeper]);
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? child : item));
  return { ...Object(value), [key]: child };
}
