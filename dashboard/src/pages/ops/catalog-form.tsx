import './catalog-form.css'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import schema from 'catalog:schema'
import { useEffect, useMemo, useRef, useState, type ComponentProps } from 'react'
import { ProblemList, type TextProblem } from '../../ui/code-editor.js'
import { toast } from '../../ui/toast.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { DraftCard, type GrantTexts } from './catalog-card.js'
import { NewEntry } from './catalog-entry-dialog.js'
import { Fields, InYaml } from './catalog-fields.js'
import { CatalogFormProvider, labelOf, useCatalogForm, type CatalogForm as Form } from './catalog-form-context.js'
import { Grants, unitsOf } from './catalog-grants.js'
import { intervalsOf, Prices } from './catalog-prices.js'
import { keysAt, nodeAt, readCatalog, scalarAt, withoutValue, type CatalogText } from './catalog-text.js'

const texts = catalogFormWords

/** Parts of the catalog that have a form. */
export const PARTS = ['plans', 'packages', 'features'] as const
export type Part = (typeof PARTS)[number]

interface Chosen {
  readonly part: Part
  readonly code: string
}

type ListProps = Omit<ComponentProps<typeof ProblemList>, 'onChoose'>

interface CatalogFormProps extends ListProps, Pick<Form, 'change' | 'show'> {
  readonly text: string
  readonly grantTexts: GrantTexts
}

/** The plans, packages and features of a text as fields. Each change is one of the text, which has no other form. */
export function CatalogForm({ text, grantTexts, change, show, ...list }: CatalogFormProps) {
  const catalog = useMemo(() => readCatalog(text), [text])
  if (!catalog)
    return (
      <Alert color="orange" title={texts.unreadable}>
        <Stack gap="xs" align="flex-start">
          {texts.unreadableText}
          <Button size="xs" variant="default" onClick={() => show(list.problems[0] ?? { line: 1, column: 1 })}>
            {texts.toYaml}
          </Button>
        </Stack>
      </Alert>
    )
  return (
    <CatalogFormProvider value={{ catalog, change, show, problems: list.problems }}>
      <Entries grantTexts={grantTexts} list={list} />
    </CatalogFormProvider>
  )
}

const nameOf = (catalog: CatalogText, { part, code }: Chosen): string => scalarAt(catalog, [part, code, 'name']) || code

function Entries({ grantTexts, list }: { readonly grantTexts: GrantTexts; readonly list: ListProps }) {
  const { catalog, problems, change, show } = useCatalogForm()
  const [wanted, choose] = useState<Chosen | null>(null)
  // An edit of the text can remove the chosen entry.
  const isThere = wanted && keysAt(catalog, [wanted.part]).includes(wanted.code)
  const [first] = PARTS.flatMap((part) =>
    keysAt(catalog, [part])
      .slice(0, 1)
      .map((code) => ({ part, code })),
  )
  const chosen = isThere ? wanted : first
  const [adding, setAdding] = useState<{ readonly part: Part; readonly copied?: string } | null>(null)
  const errorsOf = ({ part, code }: Chosen) => problems.filter(({ path }) => path.startsWith(`${part}.${code}.`)).length
  const [problem, setProblem] = useState<TextProblem | null>(null)
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!problem) return
    const field = section.current?.querySelector<HTMLElement>(`[name=${CSS.escape(problem.path)}]`)
    if (field) field.focus()
    else show(problem)
    setProblem(null)
  }, [problem, show])
  const lead = (to: TextProblem) => {
    const [part, code = ''] = to.path.split('.')
    if (keysAt(catalog, [part!]).includes(code)) choose({ part: part as Part, code })
    setProblem(to)
  }
  const others = keysAt(catalog, []).filter((key) => !PARTS.includes(key as Part))
  const remove = () => {
    const before = catalog.text
    change(withoutValue(catalog, [chosen!.part, chosen!.code]))
    toast({ text: texts.removed(nameOf(catalog, chosen!)), undo: () => change(before) })
  }
  return (
    <div className="catalog-form">
      <nav aria-label={texts.entries}>
        {PARTS.map((part) => (
          <div key={part}>
            <Text size="xs" fw={500} c="dimmed">
              {texts.parts[part]}
            </Text>
            <ul>
              {keysAt(catalog, [part]).map((code) => {
                const errors = errorsOf({ part, code })
                return (
                  <li key={code}>
                    <button
                      type="button"
                      aria-current={chosen?.part === part && chosen.code === code}
                      onClick={() => choose({ part, code })}
                    >
                      {nameOf(catalog, { part, code })}
                      {errors > 0 && <span className="catalog-errors">{texts.errors(errors)}</span>}
                    </button>
                  </li>
                )
              })}
            </ul>
            <Button size="compact-xs" variant="subtle" aria-haspopup="dialog" onClick={() => setAdding({ part })}>
              {texts.add[part]}
            </Button>
          </div>
        ))}
        <Text size="xs" c="dimmed">
          {others.length > 0 && texts.otherParts(others.join(', '))}
        </Text>
      </nav>
      {chosen && (
        <section
          ref={section}
          aria-label={texts.fieldsOf(nameOf(catalog, chosen))}
          key={`${chosen.part}.${chosen.code}`}
        >
          <Group justify="space-between" mb="sm">
            <Text fw={500}>
              {nameOf(catalog, chosen)}{' '}
              <Text span size="xs" c="dimmed" className="mono">
                {chosen.code}
              </Text>
            </Text>
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                aria-haspopup="dialog"
                onClick={() => setAdding({ part: chosen.part, copied: chosen.code })}
              >
                {texts.duplicate}
              </Button>
              <Button size="xs" variant="default" onClick={remove}>
                {texts.remove}
              </Button>
            </Group>
          </Group>
          <Entry {...chosen} />
        </section>
      )}
      {chosen?.part === 'plans' && <DraftCard catalog={catalog} code={chosen.code} grantTexts={grantTexts} />}
      <div className="catalog-problems">
        <ProblemList {...list} onChoose={lead} />
      </div>
      {adding && (
        <NewEntry
          {...adding}
          onAdded={(text, code) => {
            change(text)
            choose({ part: adding.part, code })
            setAdding(null)
          }}
          onClose={() => setAdding(null)}
        />
      )}
    </div>
  )
}

/** Values with a part of the form of their own. */
const GROUPS = ['prices', 'features', 'grants'] as const
/** Optional values that most entries have. */
const FIRST = ['description', 'bullets', 'price', 'unit', 'window', 'valid_for']

function Entry({ part, code }: Chosen) {
  const { catalog } = useCatalogForm()
  const path = [part, code]
  const { properties: all = {}, required = [] } = schema[part]
  const known = Object.keys(all)
  const unknown = keysAt(catalog, path).filter((key) => !known.includes(key))
  const { prices } = all
  // The short form of a package's price is one of its fields.
  const hasPrices = prices && nodeAt(catalog, [...path, 'price']) === undefined
  const granted = GROUPS.find((key) => key !== 'prices' && all[key])
  const isFirst = (key: string) => required.includes(key) || FIRST.includes(key)
  const fields = Object.entries(all).filter(
    ([key]) => !GROUPS.includes(key as never) && !(hasPrices && key === 'price'),
  )
  const more = fields.filter(([key]) => !isFirst(key))
  // Fields do not move while they are filled in.
  const [isOpen] = useState(() => more.some(([key]) => nodeAt(catalog, [...path, key]) !== undefined))
  return (
    <Stack gap="md">
      <Fields
        path={path}
        fields={Object.fromEntries(fields.filter(([key]) => isFirst(key)))}
        required={required}
        order={known}
      />
      {hasPrices && (
        <>
          <Prices path={[...path, 'prices']} field={prices} />
          {nodeAt(catalog, [...path, 'prices']) !== undefined && (
            <Fields
              path={[...path, 'prices']}
              fields={{ per: prices.properties!['per']! }}
              order={[...intervalsOf(prices.properties!), 'per']}
              examplesOf={() => unitsOf(catalog)}
            />
          )}
        </>
      )}
      {granted && part !== 'features' && <Grants path={[...path, granted]} part={part} />}
      <details open={isOpen}>
        <summary>{texts.more}</summary>
        <div className="catalog-more">
          <Fields path={path} fields={Object.fromEntries(more)} order={known} />
        </div>
      </details>
      {unknown.map((key) => (
        <InYaml key={key} path={[...path, key]} name={labelOf(key)} />
      ))}
    </Stack>
  )
}
