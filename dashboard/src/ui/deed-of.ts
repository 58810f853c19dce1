/** An act on something, with a verb whose past tense is the same word: "The team was created." */
const PASSIVE = /^((?:(?![.:] ).)+?) (?:was|were) ([a-z]+ed|sent)\b(?! or )(?: by an operator)?(.*)$/s

/** Subjects that the actor replaces: "An operator offered", "A member joined". */
const ACTIVE = /^(?:(?:An operator|The account) (?=[a-z]+ed |gave |withdrew )|A member (?=joined|left))(.*)$/s

/** Beginnings of a sentence that are not names. */
const FIRST_WORD = /^(?:A|An|Cancellation|Entitlements|The|Unused|Usage|Version|Where)\b/

/** Pure: the rest of a sentence that begins with its actor. Null if the sentence tells no act: "Plus is active." */
export function deedOf(summary: string): string | null {
  const [, deed] = ACTIVE.exec(summary) ?? []
  if (deed) return deed
  const [, object, verb, rest] = PASSIVE.exec(summary) ?? []
  return object ? `${verb} ${object.replace(FIRST_WORD, (word) => word.toLowerCase())}${rest}` : null
}
