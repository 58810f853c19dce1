/**
 * Texts of the caller about a use. They are stored with the reservation and on the first entry of the operation in the ledger; an erasure
 * replaces each by a commitment in the column `<name>_digest` of the ledger.
 */
export const USE_TEXTS = {
  reference: {
    maxLength: 500,
    description: "Caller's reference for the units. Stored in the ledger. Maximum: 500 characters.",
  },
  note: {
    maxLength: 200,
    description:
      'Note for people, without personal data. Shown in the ledger, and on the invoice that charges units beyond the allowance. Maximum: 200 characters.',
  },
} as const

export type UseTextName = keyof typeof USE_TEXTS
export const USE_TEXT_NAMES = Object.keys(USE_TEXTS) as readonly UseTextName[]
export type UseTexts = Readonly<Record<UseTextName, string | null>>
/** Texts that a call may have. */
export type GivenUseTexts = { readonly [Name in UseTextName]?: string | null | undefined }

/** One value for each text, by its name. */
export const forEachUseText = <Value>(make: (name: UseTextName) => Value): Record<UseTextName, Value> =>
  Object.fromEntries(USE_TEXT_NAMES.map((name) => [name, make(name)])) as Record<UseTextName, Value>

/** One value for each text, by the name of its commitment. */
export const forEachUseTextDigest = <Value>(make: () => Value): Record<`${UseTextName}Digest`, Value> =>
  Object.fromEntries(USE_TEXT_NAMES.map((name) => [`${name}Digest`, make()])) as Record<`${UseTextName}Digest`, Value>
