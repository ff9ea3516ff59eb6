/** Secrets by their shape: whoever wrote the text, they are not passed on. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  // user:password@ of a connection string
  [/:\/\/([^\s:/@"']*):[^\s@"']+@/g, '://$1:[secret]@'],
  // An interaction's token opens its answers to anybody for a quarter of an hour.
  [/\/(interactions|webhooks)\/(\d+)\/[\w.%-]{20,}/g, '/$1/$2/[secret]'],
  // A bot's token: its id, a time and a signature, each in base64.
  [/[\w-]{23,30}\.[\w-]{6}\.[\w-]{27,}/g, '[secret]'],
];
/** Shorter ones would hide words that are none. */
const SHORTEST = 6;

/** Takes these secrets, and everything that has the shape of one, out of a text. */
export function createSecretFilter(secrets: readonly string[]): (text: string) => string {
  const known = secrets
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .filter((secret) => secret.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  const words = [...new Set(known)];
  return (text) => {
    let clean = text;
    for (const word of words) clean = clean.replaceAll(word, '[secret]');
    for (const [shape, instead] of SHAPES) clean = clean.replace(shape, instead);
    return clean;
  };
}

/** Every secret in a configuration: the values of secret variables, and the passwords inside them. */
export function secretsOf(
  config: Readonly<Record<string, unknown>>,
  names: readonly string[],
): readonly string[] {
  return names.flatMap((name) => {
    const value = config[name];
    if (typeof value !== 'string') return [];
    const password = URL.parse(value)?.password ?? '';
    return [value, password, decodeURIComponent(password)].filter((secret) => secret !== '');
  });
}
