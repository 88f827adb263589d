import { parseArgs } from 'node:util';
import { CLUSTER_KINDS, type ClusterKind } from './clusters.ts';
import { FAULTS } from './faults.ts';

export interface Arguments {
  readonly terminal: boolean;
  readonly fast: boolean;
  readonly cluster: ClusterKind;
  readonly fault: string;
  readonly port: number | undefined;
  readonly open: boolean;
  readonly allowChanges: boolean;
  readonly help: boolean;
}

/** Reads the command line. Throws with a sentence for what it does not understand. */
export function parseArguments(words: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      terminal: { type: 'boolean', default: false },
      fast: { type: 'boolean', default: false },
      cluster: { type: 'string', default: 'simulator' },
      fault: { type: 'string', default: FAULTS[0].id },
      port: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
      'allow-changes': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const cluster = CLUSTER_KINDS.find((one) => one === values.cluster);
  if (cluster === undefined) throw new Error(`--cluster is one of ${CLUSTER_KINDS.join(', ')}`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536))
    throw new Error('--port is a number from 0 to 65535');
  // The real control plane lives in a private network, which no browser reaches.
  const terminal = values.terminal || values.fast || cluster === 'suite';
  if (terminal && cluster === 'real') throw new Error('--cluster real needs the page: leave out --terminal');
  return {
    terminal,
    fast: values.fast,
    cluster,
    fault: values.fault,
    port,
    open: !values['no-open'],
    allowChanges: values['allow-changes'],
    help: values.help,
  };
}
