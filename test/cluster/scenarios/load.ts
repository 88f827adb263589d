import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HERE } from '../paths.ts';
import type { Scenario } from './types.ts';

/** Files of the scenarios folder that are a letter, a dash and a name: those have scenarios in them. */
const OWN = /^[a-z]-.*\.ts$/;
const DROPPED_IN = /\.(mjs|js|ts)$/;

/** What is played unless something is asked for; the whole set takes half an hour. */
export const DEFAULT_SELECTION: readonly string[] = [
  'F58',
  'F02',
  'F03',
  'F04',
  'F14',
  'F30',
  'F43b',
  'F44',
  'F00',
  'N01',
  'N02',
  'N04',
];

/** Causes of a Prometheus that runs now, with a fault that breaks its next change or hides its state. */
export const DEGRADED: readonly string[] = ['F07', 'F27', 'F28', 'F29', 'F39', 'F60'];

/** All scenarios of a folder (PROMFIX_SCENARIOS unless said; ours without it, and with null), in the order of the file names. Throws on a malformed one. */
export async function loadScenarios(
  folder: string | null | undefined = process.env['PROMFIX_SCENARIOS'],
): Promise<readonly Scenario[]> {
  const own = join(HERE, 'scenarios');
  const names = readdirSync(folder ?? own)
    .filter((name) => (folder ? DROPPED_IN : OWN).test(name))
    .sort();
  const loaded: Scenario[] = [];
  for (const name of names) loaded.push(...(await scenariosOf(join(folder ?? own, name))));
  if (loaded.length === 0) throw new Error(`no scenarios in ${folder ?? own}`);
  return loaded;
}

async function scenariosOf(file: string): Promise<readonly Scenario[]> {
  const module: unknown = await import(/* @vite-ignore */ pathToFileURL(file).href);
  const list = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (!Array.isArray(list)) throw new Error(`${file}: its default export must be an array of scenarios`);
  return list.map((one: unknown) => {
    if (!isScenario(one))
      throw new Error(`${file}: a scenario needs id, cause, title, inject and settled: ${JSON.stringify(one)}`);
    return one;
  });
}

function isScenario(value: unknown): value is Scenario {
  if (typeof value !== 'object' || value === null) return false;
  const has = (key: string, type: string) => key in value && typeof Reflect.get(value, key) === type;
  return (
    has('id', 'string') &&
    has('cause', 'string') &&
    has('title', 'string') &&
    has('inject', 'function') &&
    has('settled', 'function')
  );
}

/** Words (`kinds`) and pairs (`F14+F44`) are for other tests. */
const FOR_OTHERS = /^[a-z-]+$|\+/;

/**
 * The scenarios that are asked for: PROMFIX_ONLY is `all` or ids with commas. Without it: the default selection, or all of a folder that
 * was given. Throws on an id that there is not.
 */
export function select(scenarios: readonly Scenario[], only = process.env['PROMFIX_ONLY']): readonly Scenario[] {
  const ids = only ? only.split(',') : process.env['PROMFIX_SCENARIOS'] ? ['all'] : DEFAULT_SELECTION;
  if (ids.includes('all')) return scenarios;
  return ids.flatMap((id) => (FOR_OTHERS.test(id.trim()) ? [] : byId(scenarios, id.trim())));
}

/** The scenario of this id. Throws, with the ids that there are, when there is none. */
export function byId(scenarios: readonly Scenario[], id: string): Scenario {
  const found = scenarios.find((scenario) => scenario.id === id);
  if (!found) throw new Error(`no scenario ${id}; there are ${scenarios.map((scenario) => scenario.id).join(', ')}`);
  return found;
}
