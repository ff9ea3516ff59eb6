import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Interaction } from 'discord.js';
import * as commands from '../../commands/all.ts';
import { auditRefusal } from '../app/audit/audit-refusal.ts';
import type { Services } from '../app/services.ts';
import type { Telemetry } from '../app/telemetry.ts';
import type { OraError } from '../domain/errors.ts';
import type { Roles } from './access.ts';
import * as buttons from './buttons/all.ts';
import { connect } from './client.ts';
import { registerCommands } from './register.ts';
import { createRouter } from './router.ts';

/** A click that has not been answered by then is given up when the bot stops. */
const LAST_ANSWERS_MS = 5_000;

export interface DiscordOptions {
  readonly apiBase: string;
  readonly token: string;
  readonly guildId: string;
  readonly roles: Roles;
}

export interface GatewayOptions {
  readonly services: Services;
  readonly discord: DiscordOptions;
  readonly clock: () => number;
  readonly notice: string | null;
  readonly telemetry: Telemetry;
  readonly onFatal: (error: OraError) => void;
  /** Ends the attempts to log in. */
  readonly signal: AbortSignal;
}

/** The connection to Discord over which people click and command. */
export interface Gateway {
  /** @throws OraError `config` when Discord refuses the token or the bot is not in its server. */
  open(): Promise<void>;
  isOpen(): boolean;
  /** Answers what people have asked, then leaves. */
  close(): Promise<void>;
}

/** A gateway that is not open yet. */
export function createGateway(client: Client, options: GatewayOptions): Gateway {
  const { services, discord, clock, notice, telemetry } = options;
  const answering = new Set<Promise<void>>();
  const route = createRouter({
    services,
    guildId: discord.guildId,
    roles: rolesInForce(services, discord.roles),
    notice,
    clock,
    commands: Object.values(commands),
    buttons: Object.values(buttons),
  });
  client.on('interactionCreate', (interaction) => {
    const began = performance.now();
    const answered = route(interaction).finally(() => {
      answering.delete(answered);
      telemetry.interactionDone(nameOf(interaction), performance.now() - began);
    });
    answering.add(answered);
  });
  let open = false;

  return {
    async open() {
      await services.chosen.load();
      const connected = await connect(client, {
        token: discord.token,
        guildId: discord.guildId,
        log: services.log,
        onForeignGuild: ({ id, name }) =>
          auditRefusal(services, {
            at: clock(),
            userId: id,
            action: 'join',
            reason: `another server: ${name}`,
          }),
        onFatal: options.onFatal,
        signal: options.signal,
      });
      const registered = await registerCommands(connected, discord.guildId, Object.values(commands));
      services.log.info({ registered }, 'commands');
      open = true;
    },

    isOpen: () => open && client.isReady(),

    async close() {
      open = false;
      if (answering.size > 0)
        await Promise.race([Promise.all(answering), sleep(LAST_ANSWERS_MS, undefined, { ref: false })]);
      await client.destroy();
    },
  };
}

/** Roles as they stand whenever somebody asks; the environment's administrators may always set the desk up. */
function rolesInForce({ chosen }: Services, environment: Roles): Roles {
  return {
    setup: environment.admin,
    get trader() {
      return chosen.current().traderRoleIds;
    },
    get admin() {
      return chosen.current().adminRoleIds;
    },
  };
}

/** `/watch`, `card:enter`: without what makes each its own. */
function nameOf(interaction: Interaction): string {
  if (interaction.isCommand() || interaction.isAutocomplete()) return `/${interaction.commandName}`;
  // Forged, it may be anything.
  return String(interaction.customId).split(':').slice(0, 2).join(':');
}
