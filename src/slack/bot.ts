import { setTimeout as delay } from 'node:timers/promises';
import { App, SocketModeReceiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { type AskingLimit, createAskingLimit } from '../commands/asking-limit.ts';
import type { Probe } from '../commands/checks.ts';
import { clusterProbe, judgePolicy, policyProbe, storeProbe } from '../commands/doctor.ts';
import { claimReading, investigate } from '../commands/investigate.ts';
import type { FileConfig } from '../config.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import type { Evidence } from '../evidence/types.ts';
import type { PolicyProblem } from '../incidents/policy.ts';
import type { ClusterPort, DirectoryPort, Logger, Ports } from '../ports.ts';
import type { Store } from '../store/types.ts';
import { policySentence } from '../texts/en/policy.ts';
import { interactiveClient, interactiveOptions, outboxClient, type SlackAccess, socketOptions } from './clients.ts';
import { createDirectory } from './directory.ts';
import { slackProbe } from './doctor.ts';
import { createLinks } from './links.ts';
import { listenForChoices, listenForClicks, listenForReasoned, listenForUndo } from './listeners/clicks.ts';
import { type ListenerPorts, listenForCommands } from './listeners/command.ts';
import { listenForMentions } from './listeners/mention.ts';
import { listenForReasons } from './listeners/reason.ts';
import { slackLogger } from './logger.ts';
import { createPacer, type Pace, SLACK_PACE } from './pacer.ts';
import { type Sender, startSender } from './sender.ts';
import { type Supervisor, superviseSockets } from './supervisor.ts';

export interface BotPorts {
  readonly file: FileConfig;
  readonly slack: SlackAccess;
  readonly cluster: ClusterPort;
  readonly store: Store;
  readonly log: Logger;
  readonly approvalKey: string;
  readonly now: () => Date;
  /** `diagnose` of the diagnosis room. */
  readonly judge: (evidence: Evidence) => Diagnosis;
  /** What doctor looks at beside Slack, the approval rules, Redis and the cluster's identity. */
  readonly probes?: readonly Probe[];
  /** Sockets to Slack: a refresh of one leaves no gap while another is open. Default 2. */
  readonly sockets?: number;
  readonly pace?: Pace;
  /** For one person; the default suits people. */
  readonly askingLimit?: AskingLimit;
}
/** The approval rules must not be used as they are; the bot did not start. */
export class PolicyRefused extends Error {
  readonly problems: readonly PolicyProblem[];
  constructor(problems: readonly PolicyProblem[]) {
    super(`approval rules refused: ${problems.map(({ code, risk }) => `${code} (${risk})`).join(', ')}`);
    this.name = 'PolicyRefused';
    this.problems = problems;
  }
}

export interface Bot {
  /**
   * Resolves when Slack knows us and the first socket is open; keeps trying until then, or until `stop`.
   * @throws PolicyRefused when the approval rules are wrong by what Slack knows of groups and members
   */
  start(): Promise<void>;
  /** Takes no more work, finishes what is being sent, closes the sockets. */
  stop(): Promise<void>;
  ready(): { readonly ok: boolean; readonly reason: string };
}

/** How often readings that a dead bot left behind are looked for. */
const SWEEP_MS = 5_000;

/** The Slack side of promfix: listeners, sockets and the sender of the outbox. */
export function createBot(ports: BotPorts): Bot {
  const { file, slack, store, log } = ports;
  const sdkLog = slackLogger(log);
  const stopping = new AbortController();
  let supervisor: Supervisor | undefined;
  let sender: Sender | undefined;
  let sweep: NodeJS.Timeout | undefined;
  let trouble = 'starting';

  async function start(): Promise<void> {
    const client = interactiveClient(slack, sdkLog);
    const self = await whoAmI(client);
    if (!self) return;
    const directory = createDirectory(client, self.team);
    await checkRules(directory);
    const links = createLinks(client, log);
    const pacer = createPacer(ports.pace ?? SLACK_PACE, () => performance.now());
    sender = startSender({ store, links, git: ports.file.git, pacer, log, client: outboxClient(slack, sdkLog) });
    const probes: readonly Probe[] = [
      slackProbe(client, file),
      policyProbe(file, directory),
      storeProbe(store),
      clusterProbe(ports.cluster),
      ...(ports.probes ?? []),
    ];
    const receivers = Array.from({ length: ports.sockets ?? 2 }, () => receiver());
    const app = createApp(receivers, self);
    const { askingLimit = createAskingLimit() } = ports;
    listen(app, { ...ports, team: self.team, directory, links, probes, askingLimit }, self.botUser);
    const open = Promise.withResolvers<void>();
    const running = superviseSockets(receivers, log, () => {
      if (running.connected() > 0) open.resolve();
    });
    supervisor = running;
    sweep = setInterval(() => void takeUpReadings(ports), SWEEP_MS);
    sweep.unref();
    void takeUpReadings(ports);
    await Promise.race([open.promise, aborted(stopping.signal)]);
    log.info({ team: self.team, sockets: running.connected() }, 'connected to Slack');
  }

  /** What only Slack knows about the rules; what the configuration alone tells was said before. */
  async function checkRules(directory: DirectoryPort): Promise<void> {
    const { problems, unreadable } = await judgePolicy(file, directory);
    const errors = problems.filter(({ level }) => level === 'error');
    if (errors.length > 0) throw new PolicyRefused(errors);
    for (const group of unreadable)
      log.warn({ group }, 'the members of this group cannot be read: none of them may approve');
    for (const problem of problems) log.warn({ ...problem }, policySentence(problem.code, { ...problem }));
  }

  /** Slack may be away when the bot starts: it waits, and says in `ready` why. */
  async function whoAmI(client: WebClient): Promise<Self | undefined> {
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      try {
        const { team_id, user_id, bot_id } = await client.auth.test();
        if (team_id !== undefined && user_id !== undefined && bot_id !== undefined)
          return { team: team_id, botUser: user_id, botId: bot_id };
        trouble = 'SLACK_BOT_TOKEN is not the token of a bot';
      } catch (error) {
        trouble = error instanceof Error ? `Slack: ${error.message}` : 'Slack cannot be reached';
        log.warn({ err: error, attempt }, 'Slack does not know us yet');
      }
      await delay(Math.min(30_000, 250 * 2 ** attempt), undefined, { signal: stopping.signal }).catch(() => {});
    }
    return undefined;
  }

  function receiver(): SocketModeReceiver {
    return new SocketModeReceiver({
      appToken: slack.appToken,
      autoReconnectEnabled: false,
      logger: sdkLog,
      // An object of its own: the SDK writes into it.
      installerOptions: { clientOptions: socketOptions(slack, sdkLog) },
    });
  }

  function createApp(receivers: readonly SocketModeReceiver[], self: Self): App {
    const [first, ...others] = receivers;
    if (!first) throw new Error('at least one socket is needed');
    const app = new App({
      receiver: first,
      token: slack.botToken,
      botId: self.botId,
      botUserId: self.botUser,
      // Who we are is known: the constructor must not ask, since nobody would catch its error.
      tokenVerificationEnabled: false,
      convoStore: false,
      logger: sdkLog,
      clientOptions: interactiveOptions(slack, sdkLog),
    });
    for (const other of others) other.init(app);
    app.error(async (error) => log.error({ err: error }, 'a listener failed'));
    return app;
  }

  return {
    start,
    async stop() {
      stopping.abort();
      clearInterval(sweep);
      await supervisor?.stop();
      await sender?.stop();
    },
    ready() {
      const refused = supervisor?.refused();
      if (refused !== undefined) return { ok: false, reason: `Slack refuses the app token: ${refused}` };
      if (!supervisor) return { ok: false, reason: trouble };
      return supervisor.connected() > 0
        ? { ok: true, reason: 'ok' }
        : { ok: false, reason: 'no socket to Slack is open' };
    },
  };
}

interface Self {
  readonly team: string;
  readonly botUser: string;
  readonly botId: string;
}

function listen(
  app: App,
  ports: ListenerPorts & Pick<Ports, 'team' | 'directory' | 'approvalKey'>,
  botUser: string,
): void {
  listenForCommands(app, ports);
  listenForMentions(app, ports, botUser);
  listenForClicks(app, ports);
  listenForReasoned(app, ports);
  listenForChoices(app, ports);
  listenForUndo(app, ports);
  listenForReasons(app, ports);
}

/** A reading whose bot died is begun again by whoever claims it. */
async function takeUpReadings(ports: BotPorts): Promise<void> {
  const { store, log } = ports;
  try {
    for (const id of await store.list('incident', 'live', Number.MAX_SAFE_INTEGER)) {
      const incident = await store.get('incident', id);
      if (incident?.value.progress === undefined || !(await claimReading(store, id))) continue;
      log.warn({ incident: id }, 'a diagnosis was left unfinished; it is begun again');
      await investigate(ports, id);
    }
  } catch (error) {
    log.warn({ err: error }, 'unfinished diagnoses could not be looked for');
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
