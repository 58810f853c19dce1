import type { TemplateContent } from '#entities/marketplace/template-version.entity.js'
import type { TemplateLink } from '#entities/marketplace/template.entity.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import type { InputIssue } from '#services/kernel/denials/denial.js'
import { lineIssues } from '#services/kernel/validation/line-issues.js'
import type { FieldPath } from '#services/kernel/validation/validation-issue.js'

/** Pictures and links from a vendor. Undefined: unchanged. Null: none. */
export interface MediaInput {
  readonly icon?: string | null
  readonly pictures?: readonly string[] | null
  readonly links?: readonly TemplateLink[] | null
}

type Media = Pick<TemplateContent, 'icon' | 'pictures' | 'links'>

const MAX_URL_LENGTH = 500
const MAX_LABEL_LENGTH = 60
const MAX_ITEMS = 10

/** Pure: pictures and links after an input. Their addresses are checked by form only; nothing is fetched. */
export function readMedia(before: Media, input: MediaInput, issues: InputIssue[]): Media {
  const { icon, pictures, links } = input
  if (icon) checkUrl(['icon'], icon, issues)
  for (const [index, picture] of checkCount('pictures', pictures, issues).entries())
    checkUrl(['pictures', index], picture, issues)
  for (const [index, { label, url }] of checkCount('links', links, issues).entries()) {
    issues.push(...lineIssues(['links', index, 'label'], label, MAX_LABEL_LENGTH))
    checkUrl(['links', index, 'url'], url, issues)
  }
  return {
    icon: icon === undefined ? before.icon : icon || null,
    pictures: pictures === undefined ? before.pictures : [...new Set(pictures)],
    links: links === undefined ? before.links : (links ?? []).map(({ label, url }) => ({ label: label.trim(), url })),
  }
}

function checkCount<Item>(
  field: 'pictures' | 'links',
  given: readonly Item[] | null | undefined,
  issues: InputIssue[],
): readonly Item[] {
  const items = given ?? []
  if (items.length > MAX_ITEMS)
    issues.push({
      path: [field],
      code: 'INVALID_PARAMETERS',
      message: `${field} must contain at most ${MAX_ITEMS} items.`,
    })
  return items.slice(0, MAX_ITEMS)
}

function checkUrl(path: FieldPath, url: string, issues: InputIssue[]): void {
  if (url.length <= MAX_URL_LENGTH && isPostgresSafe(url) && isPublicUrl(url)) return
  issues.push({
    path,
    code: 'INVALID_URL',
    message: `The address must be an https URL of at most ${MAX_URL_LENGTH} characters, without a user name.`,
  })
}

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === 'https:' && !url.username && !url.password && !/\s/.test(text)
}
