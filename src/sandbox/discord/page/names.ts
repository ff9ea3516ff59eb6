/** What the ids in a message mean to the person who reads it. */
export interface Names {
  /** The reader's own user id: mentions of it are highlighted. */
  readonly me: string;
  /** Null for somebody unknown. */
  readonly user: (id: string) => string | null;
  /** Null for an unknown role. */
  readonly role: (id: string) => string | null;
  /** Null for a channel the reader may not see. */
  readonly channel: (id: string) => string | null;
  /** The moment relative times count from: the replay clock's when there is one. */
  readonly now: () => Date;
}
