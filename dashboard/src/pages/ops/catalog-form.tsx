import './catalog-form.css'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import schema from 'catalog:schema'
import { useEffect, useMemo, useRef, useState, type ComponentProps } from 'react'
import { ProblemList, type TextProblem } from '../../ui/code-editor.js'
import { toast } from '../../ui/toast.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { DraftCard, type GrantTexts } from './catalog-card.js'
import { NewEntry } from './catalog-entry-dialog.js'
import { Field, InYaml } from './catalog-fields.js'
import { EntryList, GROUPS, groupOf, KEYS, nameOf, PARTS, SETTINGS, type ChosenEntry } from './catalog-entry-list.js'
import { CatalogFormProvider, labelOf, useCatalogForm, type CatalogForm as Form } from './catalog-form-context.js'
import { Grants, unitsOf } from './catalog-grants.js'
import { intervalsOf, Prices } from './catalog-prices.js'
import { controlOf, type Control } from './catalog-shape.js'
import { keysAt, nodeAt, readCatalog, withoutValue } from './catalog-text.js'
import { Fields } from './catalog-values.js'

const texts = catalogFormWords

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

function Entries({ grantTexts, list }: { readonly grantTexts: GrantTexts; readonly list: ListProps }) {
  const { catalog, problems, change, show } = useCatalogForm()
  const [wanted, choose] = useState<ChosenEntry | null>(null)
  // An edit of the text can remove the chosen entry.
  const isThere = wanted && (wanted.part === SETTINGS || keysAt(catalog, [wanted.part]).includes(wanted.code))
  const [first] = PARTS.flatMap((part) =>
    keysAt(catalog, [part])
      .slice(0, 1)
      .map((code) => ({ part, code })),
  )
  const chosen = isThere ? wanted : (first ?? { part: SETTINGS, code: GROUPS[0]![0] })
  const [adding, setAdding] = useState<{ readonly part: string; readonly copied?: string } | null>(null)
  const errorsOf = ({ part, code }: ChosenEntry) =>
    problems.filter(({ path }) =>
      part === SETTINGS ? groupOf(path.split('.')[0]!) === code : `${path}.`.startsWith(`${part}.${code}.`),
    ).length
  const [problem, setProblem] = useState<TextProblem | null>(null)
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!problem) return
    const field = section.current?.querySelector<HTMLElement>(`[name=${CSS.escape(problem.path)}]`)
    for (let parent = field?.closest('details'); parent; parent = parent.parentElement?.closest('details'))
      parent.open = true
    if (field) field.focus()
    else show(problem)
    setProblem(null)
  }, [problem, show])
  const lead = (to: TextProblem) => {
    const [part = '', code = ''] = to.path.split('.')
    const group = groupOf(part)
    if (group) choose({ part: SETTINGS, code: group })
    else if (keysAt(catalog, [part]).includes(code)) choose({ part, code })
    setProblem(to)
  }
  const remove = () => {
    const before = catalog.text
    change(withoutValue(catalog, [chosen.part, chosen.code]))
    toast({ text: texts.removed(nameOf(catalog, chosen)), undo: () => change(before) })
  }
  return (
    <div className="catalog-form">
      <EntryList chosen={chosen} errorsOf={errorsOf} onChoose={choose} onAdd={(part) => setAdding({ part })} />
      <section ref={section} aria-label={texts.fieldsOf(nameOf(catalog, chosen))} key={`${chosen.part}.${chosen.code}`}>
        <Group justify="space-between" mb="sm">
          <Text fw={500}>
            {nameOf(catalog, chosen)}{' '}
            {chosen.part !== SETTINGS && (
              <Text span size="xs" c="dimmed" className="mono" data-code>
                {chosen.code}
              </Text>
            )}
          </Text>
          {chosen.part !== SETTINGS && (
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
          )}
        </Group>
        {chosen.part === SETTINGS ? <Settings group={chosen.code} /> : <Entry {...chosen} />}
      </section>
      {chosen.part === 'plans' && <DraftCard catalog={catalog} code={chosen.code} grantTexts={grantTexts} />}
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

/** Settings are few: all are shown. */
const Settings = ({ group }: { readonly group: string }) => (
  <Stack gap="md">
    <Fields path={[]} field={schema.settings[group]!} order={KEYS} isOpen />
  </Stack>
)

/** Values before what is sold and granted. */
const HEAD = ['name', 'title', 'description', 'price']
/** Optional values that most entries have. */
const FIRST = ['description', 'bullets', 'price', 'unit', 'window', 'valid_for', 'dimensions']

function Entry({ part, code }: ChosenEntry) {
  const { catalog } = useCatalogForm()
  const path = [part, code]
  const { entry } = schema.entries[part]!
  const all = entry.properties!
  const known = Object.keys(all)
  const unknown = keysAt(catalog, path).filter((key) => !known.includes(key))
  const keyOf = (control: Control) => known.find((key) => controlOf(all[key]!) === control)
  const prices = keyOf('prices')
  const granted = keyOf('grants')
  // The short form of a package's price is one of its fields.
  const hasPrices = prices && nodeAt(catalog, [...path, 'price']) === undefined
  const own = [prices, granted, ...(hasPrices ? ['price'] : [])]
  const isSold = prices !== undefined || granted !== undefined
  const fieldsOf = (isHead: boolean) => ({
    ...entry,
    properties: Object.fromEntries(
      Object.entries(all).filter(([key]) => !own.includes(key) && (!isSold || HEAD.includes(key) === isHead)),
    ),
  })
  return (
    <Stack gap="md">
      {isSold && <Fields path={path} field={fieldsOf(true)} order={known} isOpen />}
      {hasPrices && (
        <>
          <Prices path={[...path, prices]} field={all[prices]!} />
          {nodeAt(catalog, [...path, prices]) !== undefined && (
            <Field
              path={[...path, prices, 'per']}
              field={all[prices]!.properties!['per']!}
              order={[...intervalsOf(all[prices]!.properties!), 'per']}
              examples={unitsOf(catalog)}
            />
          )}
        </>
      )}
      {granted && <Grants path={[...path, granted]} field={all[granted]!} part={part} />}
      <Fields path={path} field={fieldsOf(false)} order={known} first={FIRST} />
      {unknown.map((key) => (
        <InYaml key={key} path={[...path, key]} name={labelOf(key)} />
      ))}
    </Stack>
  )
}
