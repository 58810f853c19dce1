/** No space, no control or format character, and none of the letters and symbols that are drawn empty. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u

/** True for a text of which people see something. */
export const isVisible = (text: string): boolean => VISIBLE.test(text)

/** True for a text with a character that turns the direction of what follows it, so that another text is seen. */
export const turnsDirection = (text: string): boolean => /\p{Bidi_Control}/u.test(text)

/** True for a text with a control character, which no ID has. The database refuses one of them, NUL. */
export const hasControl = (text: string): boolean => /\p{Cc}/u.test(text)
