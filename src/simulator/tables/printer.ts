import { type Json, nameOf, string } from '../json.ts';
import { since } from './ages.ts';

export type Cell = string | number | boolean | null;
/** The cells of an object in the order of its columns. */
export type Printer = (item: Json, now: Date) => readonly Cell[];

export const NONE = '<none>';
export const age = (item: Json, now: Date): string => since(string(item, 'metadata', 'creationTimestamp'), now);

/** For a kind that has no columns of its own. */
export const plain: Printer = (item, now) => [nameOf(item), age(item, now)];
