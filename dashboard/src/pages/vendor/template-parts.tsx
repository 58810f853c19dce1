import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { NumberField } from '../../ui/number-field.js'
import { Section } from '../../ui/panel.js'
import { Select } from '../../ui/select.js'
import { StateBadge } from '../../ui/state-badge.js'
import { vendorWords } from '../../words/en/vendor.js'
import {
  described,
  type DescribedParameter,
  type ParameterOfTemplate,
  type TemplateFile,
  type TemplateForm,
} from './template-fields.js'

const texts = vendorWords
const { parameter: words } = vendorWords
const TYPES = Object.entries(words.types).map(([value, label]) => ({ value, label })) as {
  value: DescribedParameter['type']
  label: string
}[]
const GENERATED = { kind: 'SECRET', length: 32, encoding: 'ALPHANUMERIC' } as const

interface PartSectionsProps {
  readonly form: TemplateForm
  /** Parameters of the stored version. */
  readonly stored: readonly ParameterOfTemplate[]
  /** Why a part of the parameters or files is refused. */
  readonly errorOf: (...path: (string | number)[]) => string | undefined
}

/** Sections of the parameters and files of a template. */
export function PartSections({ form: { values, set }, stored, errorOf }: PartSectionsProps) {
  const { parameters, files } = values
  // A parameter keeps its place when it is described.
  const all = [...stored.map(described), ...parameters.filter(({ name }) => stored.every((each) => each.name !== name))]
  const setFile = (index: number, changed: TemplateFile) => set({ files: files.with(index, changed) })
  return (
    <>
      <Section title={texts.parameters}>
        <Text size="sm" c="dimmed">
          {all.length > 0 ? texts.parametersHint : texts.noParameters}
        </Text>
        {all.map((parameter) => {
          const index = parameters.findIndex(({ name }) => name === parameter.name)
          return (
            <ParameterPart
              key={parameter.name}
              parameter={parameters[index] ?? parameter}
              errorOf={(...field) => (index < 0 ? undefined : errorOf('parameters', index, ...field))}
              onChange={(changed) =>
                set({ parameters: index < 0 ? [...parameters, changed] : parameters.with(index, changed) })
              }
              {...(index < 0 ? {} : { onReset: () => set({ parameters: parameters.toSpliced(index, 1) }) })}
            />
          )
        })}
      </Section>
      <Section title={texts.files}>
        <Text size="sm" c="dimmed">
          {texts.filesHint}
        </Text>
        {files.map((file, index) => (
          <Disclosure
            key={index}
            isOpen={!file.path || errorOf('files', index) !== undefined}
            summary={file.path ? texts.file(file.path) : texts.newFile}
          >
            <Stack gap="sm" mt="xs">
              <TextInput
                label={texts.path}
                placeholder="config/app.conf"
                error={errorOf('files', index, 'path')}
                value={file.path}
                onChange={(event) => setFile(index, { ...file, path: event.currentTarget.value })}
              />
              <Textarea
                label={texts.content}
                autosize
                minRows={4}
                maxRows={20}
                classNames={{ input: 'mono' }}
                error={errorOf('files', index, 'content')}
                value={file.content}
                onChange={(event) => setFile(index, { ...file, content: event.currentTarget.value })}
              />
              <Group>
                <Button size="xs" variant="default" onClick={() => set({ files: files.toSpliced(index, 1) })}>
                  {texts.removeFile(file.path)}
                </Button>
              </Group>
            </Stack>
          </Disclosure>
        ))}
        <Group>
          <Button size="xs" variant="default" onClick={() => set({ files: [...files, { path: '', content: '' }] })}>
            {texts.addFile}
          </Button>
        </Group>
      </Section>
    </>
  )
}

interface DisclosureProps {
  readonly summary: ReactNode
  /** True while it must be seen. It stays open afterwards, so that nothing closes while it is edited. */
  readonly isOpen: boolean
  readonly children: ReactNode
}

function Disclosure({ summary, isOpen, children }: DisclosureProps) {
  const [wasOpened, setOpened] = useState(isOpen)
  return (
    <details open={isOpen || wasOpened} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        <span>{summary}</span>
      </summary>
      {children}
    </details>
  )
}

interface ParameterPartProps {
  readonly parameter: DescribedParameter
  readonly errorOf: (...field: string[]) => string | undefined
  readonly onChange: (changed: DescribedParameter) => void
  /** Absent for a parameter that has no description yet. */
  readonly onReset?: () => void
}

/** One parameter: its name and state, with its fields below. A change of one that was derived describes it. */
function ParameterPart({ parameter, errorOf, onChange, onReset }: ParameterPartProps) {
  const { name, label, type, required, generate, secret } = parameter
  const set = (changes: Partial<DescribedParameter>) => onChange({ ...parameter, ...changes })
  const fault = errorOf()
  return (
    <Disclosure
      isOpen={fault !== undefined}
      summary={
        <>
          {label} <code>{name}</code> {!onReset && <StateBadge color="gray">{words.derived}</StateBadge>}{' '}
          {required && <StateBadge color="blue">{words.isRequired}</StateBadge>}{' '}
          {generate && <StateBadge color="green">{words.isGenerated}</StateBadge>}{' '}
          {secret && <StateBadge color="gray">{words.isSecret}</StateBadge>}
        </>
      }
    >
      <Stack gap="sm" mt="xs">
        {errorOf('name') && (
          <Text size="sm" c="red" role="alert">
            {errorOf('name')}
          </Text>
        )}
        <div className="equal-fields">
          <TextInput
            label={words.label}
            maxLength={100}
            error={errorOf('label')}
            value={label}
            onChange={(event) => set({ label: event.currentTarget.value })}
          />
          <Select
            label={words.type}
            data={TYPES}
            value={type}
            error={errorOf('type')}
            onChange={(chosen) => chosen && set(ofType(chosen, parameter))}
          />
        </div>
        <TextInput
          label={words.description}
          maxLength={500}
          error={errorOf('description')}
          value={parameter.description ?? ''}
          onChange={(event) => set({ description: event.currentTarget.value || null })}
        />
        {type === 'CHOICE' && (
          <Textarea
            label={words.options}
            description={words.optionsHint}
            autosize
            minRows={2}
            error={errorOf('options')}
            defaultValue={parameter.options.map((each) => `${each.value}: ${each.label}`).join('\n')}
            onBlur={(event) => set({ options: optionsOf(event.currentTarget.value) })}
          />
        )}
        <div className="equal-fields">
          {!secret && !generate && (
            <TextInput
              label={words.default}
              error={errorOf('default')}
              value={parameter.default ?? ''}
              onChange={(event) => set({ default: event.currentTarget.value || null })}
            />
          )}
          {(type === 'TEXT' || type === 'PASSWORD') && (
            <TextInput
              label={words.pattern}
              description={words.patternHint}
              error={errorOf('pattern')}
              value={parameter.pattern ?? ''}
              onChange={(event) => set({ pattern: event.currentTarget.value || null })}
            />
          )}
          {type === 'NUMBER' && (
            <>
              <NumberField
                label={words.minimum}
                step="any"
                value={numberText(parameter.minimum)}
                onChange={(text) => set({ minimum: numberOf(text) })}
              />
              <NumberField
                label={words.maximum}
                step="any"
                value={numberText(parameter.maximum)}
                onChange={(text) => set({ maximum: numberOf(text) })}
              />
            </>
          )}
          {generate && generate.kind === 'SECRET' && (
            <NumberField
              label={words.length}
              min={4}
              value={String(generate.length)}
              onChange={(text) => set({ generate: { ...generate, length: Number(text) } })}
            />
          )}
        </div>
        {errorOf('generate') && (
          <Text size="sm" c="red" role="alert">
            {errorOf('generate')}
          </Text>
        )}
        <Check label={words.required} isOn={required} onChange={(isOn) => set({ required: isOn })} />
        {CAN_BE_GENERATED.has(type) && (
          <Check
            label={words.generate}
            isOn={generate !== null}
            onChange={(isOn) => set(isOn ? { generate: GENERATED, default: null } : { generate: null })}
          />
        )}
        {type !== 'PASSWORD' && (
          <Check
            label={words.secret}
            isOn={secret}
            onChange={(isOn) => set(isOn ? { secret: true, default: null } : { secret: false })}
          />
        )}
        {onReset && (
          <Group>
            <Button size="xs" variant="default" aria-label={words.resetOf(name)} onClick={onReset}>
              {words.reset}
            </Button>
          </Group>
        )}
      </Stack>
    </Disclosure>
  )
}

const CAN_BE_GENERATED: ReadonlySet<DescribedParameter['type']> = new Set(['TEXT', 'PASSWORD'])

/** The parameter with another type, without what belongs to the earlier one. */
const ofType = (type: DescribedParameter['type'], { options, generate, ...rest }: DescribedParameter) => ({
  type,
  options: type === 'CHOICE' ? options : [],
  generate: CAN_BE_GENERATED.has(type) ? generate : null,
  default: type === 'PASSWORD' ? null : rest.default,
  secret: type === 'PASSWORD' || rest.secret,
})

const optionsOf = (text: string): DescribedParameter['options'] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [value = '', ...label] = line.split(':')
      return { value: value.trim(), label: label.join(':').trim() || value.trim() }
    })

const numberText = (value: number | null): string => (value === null ? '' : String(value))
const numberOf = (text: string): number | null => (text === '' ? null : Number(text))

interface CheckProps {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}

const Check = ({ label, isOn, onChange }: CheckProps) => (
  <label className="check">
    <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
    {label}
  </label>
)
