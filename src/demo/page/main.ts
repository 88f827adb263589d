/** The page: hears what happens in the workspace, shows it, and does what the person does. */
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { asObject, asText, isObject, type JsonObject } from '../../workspace/json.ts';
import { type Hands, keyOf } from './block-view.ts';
import { Composer } from './composer.ts';
import { askingView, modalView } from './dialog-view.ts';
import { type FrameHands, guideBar, noticeView, sideBar, topBar } from './frame-view.ts';
import { Keeper } from './keeper.ts';
import { heard, messageView } from './message-view.ts';
import { firstModel, isReply, type Model, received, replies, roots, withThread } from './model.ts';
import { sentence } from './sentences.ts';
import { listen, act as post } from './talk.ts';
import type { Act, Entered, Events, ShownMessage, Snapshot } from './wire.ts';

const app = document.querySelector<HTMLElement>('#app') ?? document.body;
const wide = matchMedia('(min-width: 900px)');
let model: Model = firstModel(new URLSearchParams(location.search).get('as') ?? 'maya');
let unlisten: () => void = () => {};
/** This window goes along with whoever acts in the tour that it started. */
let follows = false;
let planned = false;
const keeper = new Keeper();
const composers = { channel: new Composer(draw), thread: new Composer(draw) };

function update(change: Partial<Model>): void {
  model = { ...model, ...change };
  draw();
}

function draw(): void {
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    model = withThread(model, wide.matches);
    keeper.before();
    render(page(), app);
    keeper.after();
  });
}

// -- hearing -----------------------------------------------------------------------------------------------------------------

function connect(): void {
  unlisten();
  unlisten = listen(model.you, { received: hear, lost: () => update({ link: 'lost' }) });
}

function hear<Name extends keyof Events>(name: Name, data: Events[Name]): void {
  const before = model.seen;
  model = received(model, name, data);
  const { seen } = model;
  if (seen !== undefined && before !== undefined) announce(before, seen);
  follow();
  draw();
}

/** New messages, and first lines that say something else, for those who hear the page. */
function announce(before: Snapshot, seen: Snapshot): void {
  if (before.you !== seen.you) return;
  const known = new Map(before.messages.map((one) => [one.ts, one.text]));
  const news = seen.messages.filter((one) => known.get(one.ts) !== one.text && (!known.has(one.ts) || !isReply(one)));
  const place = document.querySelector('#heard');
  if (place !== null && news.length > 0) place.textContent = news.map((one) => heard(one, seen)).join('. ');
}

function follow(): void {
  const tour = model.seen?.surroundings.tour;
  if (tour?.state === 'off') return;
  if (follows && tour?.as !== undefined && tour.as !== model.you) become(tour.as);
}

// -- doing -------------------------------------------------------------------------------------------------------------------

async function act(what: Act, busy?: string): Promise<void> {
  if (busy !== undefined) {
    if (model.busy.has(busy)) return;
    update({ busy: new Set([...model.busy, busy]) });
  }
  if (what.act === 'play') follows = true;
  if (what.act === 'stop') follows = false;
  const { error, errors = {} } = await post(model.you, what);
  const refusedFields = Object.keys(errors).length > 0;
  update({
    busy: new Set([...model.busy].filter((one) => one !== busy)),
    refused: errors,
    ...(error !== undefined && !refusedFields ? { notice: sentence(error) } : {}),
  });
  if (refusedFields) keeper.focusLater('[aria-invalid=true]');
}

function become(you: string): void {
  if (you === model.you) return;
  const url = new URL(location.href);
  url.searchParams.set('as', you);
  history.replaceState(null, '', url);
  document.querySelector('#heard')?.replaceChildren();
  update({ you, notice: undefined, asking: undefined, entered: {}, refused: {} });
  connect();
}

function say(text: string, thread?: string): void {
  update({ notice: undefined });
  keeper.toBottom(thread === undefined ? 'channel' : 'thread');
  void act({ act: 'say', text, ...(thread === undefined ? {} : { thread }) });
}

/** Uses an element: of a message, or (without one) of the modal. */
function handsOf(message?: ShownMessage): Hands {
  return {
    busy: model.busy,
    use(block: JsonObject, element: JsonObject, choose?: Entered) {
      const url = asText(element['url']);
      if (/^https?:/.test(url)) window.open(url, '_blank', 'noopener');
      const click = (confirmed: boolean): void =>
        void act(
          {
            act: 'click',
            ...(message && { ts: message.ts }),
            block: asText(block['block_id']),
            action: asText(element['action_id']),
            confirmed,
            ...(choose !== undefined && { choose }),
          },
          keyOf(block, element),
        );
      const { confirm } = element;
      if (!isObject(confirm)) return click(false);
      const words = (part: string, other: string): string => asText(asObject(confirm[part])['text']) || other;
      update({
        asking: {
          title: words('title', 'Are you sure?'),
          text: words('text', ''),
          yes: words('confirm', 'Yes'),
          no: words('deny', 'Cancel'),
          danger: confirm['style'] === 'danger',
          act: () => {
            update({ asking: undefined, notice: undefined });
            click(true);
          },
        },
      });
    },
  };
}

const frame: FrameHands = {
  become,
  act: (what) => {
    if (what.act === 'reset') update({ thread: undefined, threadClosed: false, notice: undefined });
    void act(what);
  },
  type(text) {
    composers.channel.type(text);
    keeper.focusLater('#composer');
  },
  find(label) {
    const { seen } = model;
    const holder = seen?.messages.findLast((one) => JSON.stringify(one.blocks).includes(`"${label}"`));
    if (holder !== undefined) goTo(holder.ts, label);
  },
  forget: () => update({ notice: undefined }),
};

/** Brings a message before the eyes, in its thread where it is a reply. */
function goTo(ts: string, button?: string): void {
  const target = model.seen?.messages.find((one) => one.ts === ts);
  if (target === undefined) {
    update({ notice: 'That message is not here any more.' });
    return;
  }
  if (isReply(target)) update({ thread: target.thread_ts });
  update({ marked: ts });
  keeper.goLater(ts, button);
}

function closeThread(): void {
  update({ thread: undefined, threadClosed: true });
  keeper.focusLater('#composer');
}

// -- showing -----------------------------------------------------------------------------------------------------------------

function page(): TemplateResult {
  const { seen } = model;
  if (seen === undefined)
    return html`<p class="first">${model.link === 'lost' ? 'The demo does not answer.' : 'Opening the workspace …'}</p>`;
  document.title = `#${seen.channel.name} – ${model.you} – promfix demo`;
  return html`${topBar({ seen }, frame)} ${guideBar(model, seen, frame)}
    <div class="work ${model.thread === undefined ? '' : 'with-thread'}">
      ${sideBar(seen, model.you, frame)} ${channelView(seen)} ${threadView(seen)}
    </div>
    ${model.asking === undefined ? nothing : askingView(model.asking, () => update({ asking: undefined }))}
    ${modalView(seen, {
      hands: handsOf(),
      form: {
        refused: model.refused,
        enter: (block, value) => update({ entered: { ...model.entered, [block]: value } }),
      },
      notice: seen.views.length > 0 ? model.notice : undefined,
      submit: () => void act({ act: 'submit', values: model.entered }),
      close: () => void act({ act: 'close' }),
    })}`;
}

function channelView(seen: Snapshot): TemplateResult {
  const messages = roots(seen);
  return html`<main class="channel" aria-label=${`Channel ${seen.channel.name}`}>
    <header class="bar"><h2># ${seen.channel.name}</h2><span class="quiet">${seen.people.length} people, 1 app</span></header>
    <div class="messages" data-list="channel" tabindex="0" role="region" aria-label="Messages">
      ${messages.length === 0 ? emptyView(seen) : nothing}
      ${repeat(
        messages,
        (one) => one.ts,
        (one) =>
          messageView(one, seen, {
            place: 'channel',
            hands: handsOf(one),
            replies: replies(seen, one.ts),
            open: () => {
              update({ thread: one.ts });
              keeper.focusLater('.thread h2');
            },
            marked: model.marked === one.ts,
          }),
      )}
    </div>
    ${noticeView(seen.views.length > 0 ? undefined : model.notice, frame.forget)}
    ${composers.channel.view({
      id: 'composer',
      label: `Message to #${seen.channel.name}, as ${model.you}`,
      placeholder: `Message #${seen.channel.name}, or /promfix`,
      commands: seen.commands,
      send: (text) => say(text),
    })}
  </main>`;
}

const emptyView = (seen: Snapshot): TemplateResult => html`<div class="empty">
  <p><b>This is the beginning of #${seen.channel.name}.</b></p>
  <p>The people are invented. The rest is real: the bot, its worker, Redis, Socket Mode${seen.real ? ', and your cluster' : ''}. Slack is this page${seen.real ? '' : ', and the cluster is simulated from a recorded one'}.</p>
</div>`;

function threadView(seen: Snapshot): TemplateResult | typeof nothing {
  const { thread } = model;
  const first = seen.messages.find((one) => one.ts === thread);
  if (thread === undefined || first === undefined) return nothing;
  const all = [first, ...replies(seen, thread)];
  return html`<aside class="thread" aria-label="Thread" @keydown=${(event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented) closeThread();
  }}>
    <header class="bar"><h2 tabindex="-1">Thread</h2><span class="quiet"># ${seen.channel.name}</span><button type="button" class="plain" aria-label="Close thread" @click=${closeThread}>✕</button></header>
    <div class="messages" data-list="thread" tabindex="0" role="region" aria-label="Replies">
      ${repeat(
        all,
        (one) => one.ts,
        (one) => messageView(one, seen, { place: 'thread', hands: handsOf(one), marked: model.marked === one.ts }),
      )}
    </div>
    ${composers.thread.view({
      id: 'reply',
      label: `Reply in the thread, as ${model.you}`,
      placeholder: 'Reply, or @promfix status',
      commands: [],
      send: (text) => say(text, thread),
    })}
  </aside>`;
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-message]') : null;
  const ts = link?.dataset['message'];
  if (ts === undefined) return;
  event.preventDefault();
  goTo(ts);
});
connect();
draw();
