import { html, nothing, type TemplateResult } from 'lit-html';
import { avatar } from './message-view.ts';
import type { Model } from './model.ts';
import type { Act, GuideLine, Snapshot } from './wire.ts';

/** What the frame around the channel can do. */
export interface FrameHands {
  become(name: string): void;
  type(text: string): void;
  find(label: string): void;
  act(what: Act): void;
  forget(): void;
}

export function topBar({ seen }: { readonly seen: Snapshot }, hands: FrameHands): TemplateResult {
  const { fault, tour, phase } = seen.surroundings;
  const groups = Object.entries(Object.groupBy(seen.faults, (one) => one.group));
  const next = seen.faults[(seen.faults.findIndex((one) => one.id === fault) + 1) % seen.faults.length];
  const chosen = (event: Event): void =>
    // The listener is on the select.
    hands.act({ act: 'reset', fault: (event.currentTarget as HTMLSelectElement).value });
  return html`<header class="top">
    <h1><img src="/src/demo/page/icon.svg" alt="" width="24" height="24" />promfix <span>demo</span></h1>
    ${
      seen.real
        ? html`<p class="real">Your own cluster: ${seen.cluster}</p>`
        : html`<label class="fault"><span>Fault</span><select @change=${chosen}>${groups.map(
            ([group, faults]) =>
              html`<optgroup label=${group}>${(faults ?? []).map((one) => html`<option value=${one.id} ?selected=${one.id === fault}>${one.title}</option>`)}</optgroup>`,
          )}</select></label>`
    }
    <div class="controls" role="group" aria-label="The demo">
      ${
        seen.real || next === undefined || seen.faults.length < 2
          ? nothing
          : html`<button type="button" class="button small next" @click=${() => hands.act({ act: 'reset', fault: next.id })}>Next fault</button>`
      }
      <button type="button" class="button small" @click=${() => hands.act({ act: 'reset', fault })}>Reset</button>
      ${
        tour.state === 'playing'
          ? html`<button type="button" class="button small" @click=${() => hands.act({ act: 'pause' })}>❚❚ Pause</button>`
          : html`<button type="button" class="button small primary" aria-disabled=${phase !== 'ready'} @click=${() => hands.act({ act: 'play' })}>▶ ${tour.state === 'paused' ? 'Go on' : 'Play it for me'}</button>`
      }
      ${tour.state === 'off' ? nothing : html`<button type="button" class="button small" @click=${() => hands.act({ act: 'stop' })}>Stop</button>`}
    </div>
  </header>`;
}

/** What to try next, or what is being played. */
export function guideBar(model: Model, seen: Snapshot, hands: FrameHands): TemplateResult {
  const { guide, tour, phase, detail } = seen.surroundings;
  if (model.link === 'lost')
    return line('The demo does not answer. This page goes on by itself when it is back.', nothing, 'bad');
  if (phase === 'starting') return line('Starting the broken cluster, the bot and the worker …', nothing, 'busy');
  if (phase === 'failed') return line(`It could not start: ${detail ?? ''}`, nothing, 'bad');
  if (tour.state !== 'off') return line(tour.caption ?? 'Playing the incident …', nothing, 'busy');
  return line(guide.text, suggestion(guide, seen.you, hands));
}

const line = (text: string, button: TemplateResult | typeof nothing, how = ''): TemplateResult =>
  html`<section class="guide ${how}" aria-label="What to try next"><p aria-live="polite">${text}</p>${button}</section>`;

function suggestion({ as, type, click }: GuideLine, you: string, hands: FrameHands): TemplateResult | typeof nothing {
  const button = (label: string, then: () => void) =>
    html`<button type="button" class="button small" @click=${then}>${label}</button>`;
  if (as !== undefined && as !== you) return button(`Be ${as}`, () => hands.become(as));
  if (type !== undefined) return button(`Put it in the box`, () => hands.type(type));
  if (click !== undefined) return button('Show me', () => hands.find(click));
  return nothing;
}

export function sideBar(seen: Snapshot, you: string, hands: FrameHands): TemplateResult {
  const other = seen.people.find((one) => one.name !== you);
  return html`<div class="side">
    <p class="team">${seen.cluster} <span>on call</span></p>
    <nav aria-label="Channels"><a href="#composer" aria-current="page"># ${seen.channel.name}</a></nav>
    <fieldset class="people">
      <legend>You are</legend>
      ${seen.people.map(
        (one) => html`<label class=${one.name === you ? 'is-you' : ''}>
          <input type="radio" name="you" value=${one.name} .checked=${one.name === you} @change=${() => hands.become(one.name)} />
          ${avatar(one.name)}<span class="who"><b>${one.name}</b><small>${one.about}</small></span>
        </label>`,
      )}
    </fieldset>
    ${other === undefined ? nothing : html`<a class="second" href=${`?as=${other.name}`} target="_blank" rel="noopener">A second window as ${other.name} ↗</a>`}
    ${problemList(seen)}
  </div>`;
}

/** What Slack refused, in Slack's words. */
function problemList(seen: Snapshot): TemplateResult | typeof nothing {
  const { problems } = seen.surroundings;
  if (problems.length === 0) return nothing;
  return html`<details class="problems"><summary>Slack complained: ${problems.length}</summary><ul>${problems.map((one) => html`<li>${one}</li>`)}</ul></details>`;
}

export function noticeView(notice: string | undefined, forget: () => void): TemplateResult {
  return html`<div class="notice-place" role="alert">${
    notice === undefined
      ? nothing
      : html`<p class="notice">⚠ ${notice} <button type="button" class="plain" aria-label="Dismiss" @click=${forget}>✕</button></p>`
  }</div>`;
}
