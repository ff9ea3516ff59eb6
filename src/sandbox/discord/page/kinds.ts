import type {
  ApplicationCommandOptionType,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord-api-types/v10';

/*
 * Discord's numbers by name. The page has no bundler, so it cannot import the enums of discord-api-types;
 * `satisfies` still proves every number against them.
 */

/** Component types (https://discord.com/developers/docs/components/reference). */
export const Kind = {
  actionRow: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  fileUpload: 19,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const satisfies Record<string, `${ComponentType}` extends `${infer N extends number}` ? N : never>;

/** Button styles, as the class names of style.css. */
export const buttonClass = {
  1: 'primary',
  2: 'secondary',
  3: 'success',
  4: 'danger',
  5: 'link',
  6: 'secondary',
} as const satisfies Record<ButtonStyle, string>;

/** Types of slash-command options. */
export const OptionKind = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const satisfies Record<
  string,
  `${ApplicationCommandOptionType}` extends `${infer N extends number}` ? N : never
>;

/** The message flags the page shows. */
export const Flag = {
  ephemeral: 64,
  loading: 128,
  silent: 4096,
} as const satisfies Record<string, `${MessageFlags}` extends `${infer N extends number}` ? N : never>;
