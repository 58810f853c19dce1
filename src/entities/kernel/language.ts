/** Languages of mails and of pages for customers. A text that one of them lacks is an error of types. */
export const LANGUAGES = ['EN', 'DE', 'ES'] as const

export type Language = (typeof LANGUAGES)[number]
