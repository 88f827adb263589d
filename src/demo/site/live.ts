import type { ServerResponse } from 'node:http';
import type { Change } from '../../workspace/index.ts';
import type { Events } from '../page/wire.ts';
import type { Stage } from '../stage.ts';
import { eventFor, snapshotFor, surroundings } from './shown.ts';

interface Viewer {
  readonly you: string;
  readonly response: ServerResponse;
}

const BEAT_MS = 20_000;

/** Tells every open page what changed, each only what its person sees. */
export class Live {
  readonly #stage: Stage;
  readonly #viewers = new Set<Viewer>();
  readonly #offs: (() => void)[];
  readonly #beat: NodeJS.Timeout;
  #offWorkspace: (() => void) | undefined;
  #said = '';
  #planned = false;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#offs = [stage.onScene(() => this.#sceneChanged()), stage.onTour(() => this.#plan())];
    this.#beat = setInterval(() => {
      for (const { response } of this.#viewers) response.write(': still here\n\n');
    }, BEAT_MS);
    this.#sceneChanged();
  }

  /** Keeps the response open; its first event is everything there is. */
  join(you: string, response: ServerResponse): void {
    const viewer: Viewer = { you, response };
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    this.#viewers.add(viewer);
    response.on('close', () => this.#viewers.delete(viewer));
    send(viewer, 'snapshot', snapshotFor(this.#stage, you));
  }

  stop(): void {
    clearInterval(this.#beat);
    this.#offWorkspace?.();
    for (const off of this.#offs) off();
    for (const { response } of this.#viewers) response.end();
  }

  #sceneChanged(): void {
    this.#offWorkspace?.();
    this.#offWorkspace = this.#stage.workspace?.onChange((change) => this.#workspaceChanged(change));
    this.#everything();
  }

  #everything(): void {
    for (const viewer of this.#viewers) send(viewer, 'snapshot', snapshotFor(this.#stage, viewer.you));
  }

  #workspaceChanged(change: Change): void {
    const { workspace } = this.#stage;
    if (workspace === undefined) return;
    if (change.type === 'restored') this.#everything();
    for (const viewer of this.#viewers) {
      const event = eventFor(change, workspace, viewer.you);
      if (event !== undefined) send(viewer, event.name, event.data);
    }
    if (change.type !== 'call' && change.type !== 'delivery') this.#plan();
  }

  /** Once for all changes of one turn, and only when it says something else. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      const now = surroundings(this.#stage);
      const text = JSON.stringify(now);
      if (text === this.#said) return;
      this.#said = text;
      for (const viewer of this.#viewers) send(viewer, 'surroundings', now);
    });
  }
}

function send<Name extends keyof Events>({ response }: Viewer, name: Name, data: Events[Name]): void {
  response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
