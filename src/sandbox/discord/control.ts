import type { IncomingMessage, ServerResponse } from 'node:http';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { z } from 'zod';
import { readBody } from './body.ts';
import { type Clocks, DISCORD_CLOCKS } from './clocks.ts';
import type { FaultList, FaultRule } from './faults.ts';
import type { Gateway } from './gateway.ts';
import { sendJson } from './http.ts';
import type { Journal } from './journal.ts';
import type { Local } from './local.ts';
import type { RateLimits } from './rate-limits.ts';

/** What the control API and a test in the same process both steer. */
export interface Control {
  readonly local: Local;
  readonly faults: FaultList;
  readonly gateway: Gateway;
  readonly journal: Journal;
  readonly rateLimits: RateLimits | null;
}

/** A permission by Discord's own name, e.g. `SendMessages`. */
export type PermissionName = keyof typeof PermissionFlagsBits;

const permissionNames = Object.keys(PermissionFlagsBits);
const isPermission = (name: string): name is PermissionName => permissionNames.includes(name);

const Rule = z.object({
  method: z.string().exactOptional(),
  path: z
    .string()
    .transform((source) => new RegExp(source))
    .exactOptional(),
  times: z.int().min(1).exactOptional(),
  status: z.int().min(100).max(599).exactOptional(),
  headers: z.record(z.string(), z.string()).exactOptional(),
  body: z.unknown().exactOptional(),
  delayMs: z.number().min(0).exactOptional(),
  after: z.boolean().exactOptional(),
  drop: z.literal(['before', 'after']).exactOptional(),
  reset: z.boolean().exactOptional(),
});
const GatewayAction = z.discriminatedUnion('action', [
  z.object({ action: z.literal('close'), code: z.int() }),
  z.object({ action: z.literal('reconnect') }),
  z.object({ action: z.literal('invalidate'), resumable: z.boolean() }),
  z.object({ action: z.literal('heartbeats'), how: z.literal(['muted', 'normal']) }),
  z.object({ action: z.literal('deaden') }),
  z.object({ action: z.literal('connections'), how: z.literal(['refused', 'accepted']) }),
  z.object({ action: z.literal('withhold'), events: z.array(z.string()) }),
  z.object({ action: z.literal('refuseResume'), times: z.int().min(0) }),
  z.object({ action: z.literal('refuseIdentify'), code: z.int().nullable() }),
]);
const ClockChange = z.object({
  ackMs: z.number().positive().exactOptional(),
  tokenMs: z.number().positive().exactOptional(),
  nonceMs: z.number().positive().exactOptional(),
  heartbeatMs: z.number().positive().exactOptional(),
});
const Denial = z.object({ channelId: z.string(), deny: z.array(z.string().refine(isPermission)) });

/** Takes permissions from the bot in one channel and tells it; an empty list gives all back. */
export function denyBot({ local }: Control, channelId: string, names: readonly PermissionName[]): void {
  const bits = names.reduce((all, name) => all | PermissionFlagsBits[name], 0n);
  local.guild.denyBot(channelId, bits);
  local.feed.tell({ type: 'channelChanged', channelId });
}

/** Ends every fault, gives the bot its permissions back and sets Discord's own clocks. */
export function resetControl(control: Control, clocks: Readonly<Clocks> = DISCORD_CLOCKS): void {
  control.faults.clear();
  control.gateway.faults.reset();
  control.rateLimits?.reset();
  Object.assign(control.local.clocks, clocks);
  for (const { id } of control.local.guild.textChannels()) denyBot(control, id, []);
}

type Handler = (control: Control, body: unknown) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  'GET /faults': ({ faults }) =>
    faults.list().map(({ rule, hits }) => ({ ...rule, path: rule.path?.source, hits })),
  'POST /faults': ({ faults }, body) => {
    const rule: FaultRule = Rule.parse(body);
    faults.add(rule);
  },
  'DELETE /faults': ({ faults }) => faults.clear(),
  'POST /gateway': ({ gateway }, body) => actOnGateway(gateway, GatewayAction.parse(body)),
  'POST /clock': ({ local }, body) => Object.assign(local.clocks, ClockChange.parse(body)),
  'POST /permissions': (control, body) => {
    const { channelId, deny } = Denial.parse(body);
    denyBot(control, channelId, deny.filter(isPermission));
  },
  'POST /reset': (control) => resetControl(control),
  'GET /journal': ({ journal }) => journal.entries,
  'GET /unhandled': ({ journal }) => journal.unhandledRoutes,
  'GET /violations': ({ journal }) => journal.violations,
};

/** Serves `/_ctl/…`: the faults, clocks and records of a running local Discord, as JSON. */
export async function serveControl(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const handler = handlers[`${request.method} ${path}`];
  if (!handler)
    return sendJson(response, 404, {
      error: `There is no ${path}; there are ${Object.keys(handlers).join(', ')}.`,
    });
  try {
    const { json } = await readBody(request);
    sendJson(response, 200, handler(control, json) ?? { ok: true });
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    sendJson(response, 400, { error: message });
  }
}

function actOnGateway({ faults }: Gateway, what: z.infer<typeof GatewayAction>): void {
  if (what.action === 'close') faults.close(what.code);
  else if (what.action === 'reconnect') faults.reconnect();
  else if (what.action === 'invalidate') faults.invalidate(what);
  else if (what.action === 'heartbeats') faults.acknowledgeHeartbeats(what.how);
  else if (what.action === 'deaden') faults.deaden();
  else if (what.action === 'connections') faults.connections(what.how);
  else if (what.action === 'withhold') faults.withhold(what.events);
  else if (what.action === 'refuseResume') faults.refuseResume(what.times);
  else faults.refuseIdentify(what.code);
}
