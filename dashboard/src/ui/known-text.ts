/** The text of a value. Undefined for one that a newer server added. */
export const knownText = <Text>(texts: Readonly<Record<string, Text>>, value: string): Text | undefined => texts[value]
