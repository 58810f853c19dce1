import { Button, NativeSelect, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import schema from 'catalog:schema'
import { ActMenu } from '../../ui/act-menu.js'
import { label } from '../../ui/format.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { addText } from './catalog-entry-dialog.js'
import { useCatalogForm } from './catalog-form-context.js'
import { keysAt, scalarAt, type CatalogText } from './catalog-text.js'

const texts = catalogFormWords

/** Settings of the business are shown by group. */
export const SETTINGS = 'settings'
const FIRST_PARTS = ['plans', 'packages', 'features']
export const PARTS = [...FIRST_PARTS, ...Object.keys(schema.entries).filter((part) => !FIRST_PARTS.includes(part))]
export const GROUPS = Object.entries(schema.settings)
/** Keys of the file, in their order. */
export const KEYS = [
  ...GROUPS.flatMap(([, { properties }]) => Object.keys(properties!)),
  ...Object.keys(schema.entries),
]

export interface ChosenEntry {
  /** Part of the catalog, or the settings. */
  readonly part: string
  /** Code of the entry, or the group of settings. */
  readonly code: string
}

export const groupOf = (key: string): string | undefined => GROUPS.find(([, { properties }]) => key in properties!)?.[0]

export function nameOf(catalog: CatalogText, { part, code }: ChosenEntry): string {
  if (part === SETTINGS) return label(code)
  // An entry can have the code, and therefore the name, of one of another part.
  const of = schema.entries[part]!.code.entryOf ?? part
  return scalarAt(catalog, [of, code, 'name']) || scalarAt(catalog, [of, code, 'title']) || code
}

interface EntryListProps {
  readonly chosen: ChosenEntry
  /** Number of errors of an entry. */
  readonly errorsOf: (entry: ChosenEntry) => number
  readonly onChoose: (entry: ChosenEntry) => void
  /** Adds an entry to a part. */
  readonly onAdd: (part: string) => void
}

/** The entries of the catalog by part, and on a phone one choice. The fields of the chosen entry follow. */
export function EntryList(props: EntryListProps) {
  const { catalog } = useCatalogForm()
  const isPhone = useMediaQuery('(max-width: 48rem)', undefined, { getInitialValueInEffect: false })
  const parts = [...PARTS, SETTINGS].map((part) => {
    const codes = part === SETTINGS ? GROUPS.map(([group]) => group) : keysAt(catalog, [part])
    return {
      part,
      name: part === SETTINGS ? texts.settings : label(part),
      entries: codes.map((code) => ({ part, code })),
    }
  })
  const others = keysAt(catalog, []).filter((key) => !KEYS.includes(key))
  const View = isPhone ? Choice : List
  return (
    <nav aria-label={texts.entries}>
      <View {...props} parts={parts} />
      {others.length > 0 && (
        <Text size="xs" c="dimmed">
          {texts.otherParts(others.join(', '))}
        </Text>
      )}
    </nav>
  )
}

interface ViewProps extends EntryListProps {
  readonly parts: readonly {
    readonly part: string
    readonly name: string
    readonly entries: readonly ChosenEntry[]
  }[]
}

const List = ({ parts, ...props }: ViewProps) =>
  parts.map(({ part, name, entries }) => (
    <div key={part}>
      <Text size="xs" fw={500} c="dimmed">
        {name}
      </Text>
      <ul aria-label={name}>
        {entries.map((entry) => (
          <Item key={entry.code} {...props} entry={entry} />
        ))}
      </ul>
      {part !== SETTINGS && (
        <Button size="compact-xs" variant="subtle" aria-haspopup="dialog" onClick={() => props.onAdd(part)}>
          {addText(part)}
        </Button>
      )}
    </div>
  ))

function Item({ chosen, errorsOf, onChoose, entry }: EntryListProps & { readonly entry: ChosenEntry }) {
  const { catalog } = useCatalogForm()
  const errors = errorsOf(entry)
  return (
    <li>
      <button
        type="button"
        aria-current={chosen.part === entry.part && chosen.code === entry.code}
        onClick={() => onChoose(entry)}
      >
        {nameOf(catalog, entry)}
        {errors > 0 && <span className="catalog-errors">{texts.errors(errors)}</span>}
      </button>
    </li>
  )
}

const valueOf = ({ part, code }: ChosenEntry): string => `${part}.${code}`

function Choice({ parts, chosen, errorsOf, onChoose, onAdd }: ViewProps) {
  const { catalog } = useCatalogForm()
  const all = parts.flatMap(({ entries }) => entries)
  return (
    <div className="catalog-choice">
      <NativeSelect
        label={texts.entry}
        value={valueOf(chosen)}
        data={parts
          .filter(({ entries }) => entries.length > 0)
          .map(({ name, entries }) => ({
            group: name,
            items: entries.map((entry) => {
              const errors = errorsOf(entry)
              return {
                value: valueOf(entry),
                label: nameOf(catalog, entry) + (errors > 0 ? ` · ${texts.errors(errors)}` : ''),
              }
            }),
          }))}
        onChange={({ currentTarget: { value } }) => onChoose(all.find((entry) => valueOf(entry) === value)!)}
      />
      <ActMenu
        name={texts.create}
        variant="default"
        groups={[{ acts: PARTS.map((part) => ({ name: addText(part), onOpen: () => onAdd(part) })) }]}
      />
    </div>
  )
}
