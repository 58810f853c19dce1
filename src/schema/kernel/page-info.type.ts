import { field, objectType } from './decorators.js'

/** Where a page lies in its list. */
@objectType('Where a page lies in its list, as the Relay connection specification defines it.')
export class PageInfo {
  readonly __typename?: 'PageInfo'

  @field('Whether more follows this page.', () => Boolean)
  hasNextPage!: boolean

  @field('Whether something comes before this page.', () => Boolean)
  hasPreviousPage!: boolean

  @field('Cursor of the first item of this page; null on an empty page.', () => String, { nullable: true })
  startCursor!: string | null

  @field('Cursor of the last item: hand it back as `after:` for the next page; null on an empty page.', () => String, {
    nullable: true,
  })
  endCursor!: string | null
}
