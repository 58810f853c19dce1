/** The heading and the text of a page. */
export interface Words {
  readonly title: string
  readonly text: string
}
