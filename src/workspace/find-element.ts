import { elementLabel, elementsOf } from './element-state.ts';
import { asText, type JsonObject } from './json.ts';

/** Where an element is: in a message (by channel and ts, also an ephemeral one) or in the person's modal or home tab. */
interface Place {
  readonly channel?: string;
  readonly ts?: string;
  readonly view?: 'modal' | 'home';
}
/** Which element: by its action id, its block, or the words on it. */
export type Where = Place & { readonly action_id?: string; readonly block_id?: string; readonly text?: string };

/** An element, and the block it is in. */
interface Found {
  readonly block: JsonObject;
  readonly element: JsonObject;
}

/** The words on an element, for messages. */
export const describeElement = (element: JsonObject): string =>
  `“${elementLabel(element) || asText(element['action_id'])}”`;

/** The first element that fits any of the wishes. Throws with what there is instead. */
export function findElement(blocks: readonly JsonObject[], ...wishes: readonly Where[]): Found {
  const all = blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
  for (const wish of wishes) {
    const found = all.filter(
      ({ block, element }) =>
        (wish.action_id === undefined || element['action_id'] === wish.action_id) &&
        (wish.block_id === undefined || block['block_id'] === wish.block_id) &&
        (wish.text === undefined || elementLabel(element) === wish.text),
    );
    if (found.length > 1) throw new Error(`several elements are ${JSON.stringify(wish)}: say which`);
    if (found[0] !== undefined) return found[0];
  }
  const there = all.map(({ element }) => `${describeElement(element)} (${asText(element['action_id'])})`).join(', ');
  throw new Error(
    `nothing here is ${wishes.map((wish) => JSON.stringify(wish)).join(' or ')}; there is: ${there || 'nothing to click'}`,
  );
}
