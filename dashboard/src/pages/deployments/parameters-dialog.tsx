import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useState, type FormEvent } from 'react'
import { CommandTypes } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Dialog } from '../../ui/dialog.js'
import { label as wordsOf } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { PanelContent } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'
import {
  fieldsOf,
  parametersOf,
  type FieldTexts,
  type ParameterField,
  type ParameterSchema,
} from './parameter-fields.js'

interface ParametersDialogProps {
  readonly type: string
  readonly label: string
  readonly app: string
  readonly onClose: () => void
  readonly onSend: (parameters: Record<string, unknown>) => void
}

/** A form for the parameters of a command, as its type describes them. */
export default function ParametersDialog({ type, label, ...props }: ParametersDialogProps) {
  const types = useOperation(CommandTypes, {})
  return (
    <Dialog onClose={props.onClose} title={label} size="lg">
      <PanelContent query={types}>
        {({ installation: { commandTypes } }) => {
          const found = commandTypes.find((each) => each.type === type)
          return (
            <ParametersForm
              {...props}
              label={label}
              summary={found?.summary ?? ''}
              schema={found?.parametersSchema ?? {}}
            />
          )
        }}
      </PanelContent>
    </Dialog>
  )
}

interface ParametersFormProps extends Omit<ParametersDialogProps, 'type'> {
  readonly summary: string
  readonly schema: ParameterSchema
}

function ParametersForm({ label, app, summary, schema, onClose, onSend }: ParametersFormProps) {
  const { parameters: texts, cancel } = deploymentWords
  const fields = fieldsOf(schema)
  const [values, setValues] = useState<FieldTexts>(
    fields.some(({ name }) => name === 'app_code') ? { app_code: app } : {},
  )
  const [error, setError] = useState<string | null>(null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    try {
      onSend(parametersOf(fields, values))
    } catch (reason) {
      setError(texts.notJson((reason as Error).message))
    }
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text>{summary}</Text>
        {fields.map((field) => (
          <ParameterInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {error && (
          <Text c="var(--mantine-color-error)" size="sm" role="alert">
            {error}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit">{label}</Button>
        </Group>
      </Stack>
    </form>
  )
}

interface ParameterInputProps {
  readonly field: ParameterField
  readonly value: string
  readonly onChange: (value: string) => void
}

function ParameterInput({ field: { name, kind, isRequired, schema }, value, onChange }: ParameterInputProps) {
  const texts = deploymentWords.parameters
  const common = { label: nameOf(name), description: schema.description, value }
  const placeholder = defaultText(schema.default)
  if (kind === 'number') return <NumberField {...common} isRequired={isRequired} step="any" onChange={onChange} />
  if (kind === 'flag' || kind === 'choice')
    return (
      <Select
        {...common}
        data={
          kind === 'choice'
            ? (schema.enum ?? []).map((each) => ({ value: each, label: each }))
            : [
                { value: 'true', label: texts.yes },
                { value: 'false', label: texts.no },
              ]
        }
        value={value || null}
        none={placeholder ?? (isRequired ? undefined : '')}
        required={isRequired}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    )
  if (kind === 'text')
    return (
      <TextInput
        {...common}
        placeholder={placeholder}
        required={isRequired}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  return (
    <Textarea
      {...common}
      description={[schema.description, kind === 'list' ? texts.lines : kind === 'json' ? texts.json : '']
        .filter(Boolean)
        .join(' ')}
      placeholder={placeholder}
      required={isRequired}
      autosize
      minRows={2}
      maxRows={12}
      classNames={{ input: 'code-input' }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** `app_code` is "App code". */
const nameOf = (parameter: string): string => {
  const text = wordsOf(parameter)
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** Text of a default. Empty if there is none. */
function defaultText(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return ''
  if (typeof value === 'boolean') return value ? deploymentWords.parameters.yes : deploymentWords.parameters.no
  return typeof value === 'string' ? value : JSON.stringify(value)
}
