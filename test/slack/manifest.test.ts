import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/commands/definitions.ts';
import { missingScopes, SCOPES } from '../../src/slack/scopes.ts';

const manifest = parse(readFileSync(new URL('../../docs/manifest.yaml', import.meta.url), 'utf8'));

describe('the app manifest', () => {
  it('asks for exactly the scopes that the code needs', () => {
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual(Object.keys(SCOPES).sort());
  });

  it('subscribes to the one event that is listened to, by Socket Mode, with buttons', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(['app_mention']);
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(manifest.settings.interactivity.is_enabled).toBe(true);
  });

  it('has the one command, with words that it understands', () => {
    const [command] = manifest.features.slash_commands;

    expect(command.command).toBe('/promfix');
    expect(command.should_escape).toBe(true);
    for (const hint of command.usage_hint.split('|'))
      expect(Object.keys(COMMANDS)).toContain(hint.trim().split(' ')[0]);
  });

  it('names what is missing', () => {
    expect(missingScopes(['commands', 'chat:write'])).toContain('users:read');
    expect(missingScopes(Object.keys(SCOPES))).toEqual([]);
  });
});
