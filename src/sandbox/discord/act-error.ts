/** Discord's own client would not let a person do this. The message is a plain sentence that says why. */
export class ActError extends Error {}
