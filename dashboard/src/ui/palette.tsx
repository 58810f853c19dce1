import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import '@mantine/spotlight/styles.css'
import IconBuilding from 'icon:building'
import IconFile from 'icon:file-invoice'
import IconKey from 'icon:key'
import IconBolt from 'icon:bolt'
import IconMoon from 'icon:moon'
import IconSearch from 'icon:search'
import IconServer from 'icon:server-2'
import IconSun from 'icon:sun'
import IconTool from 'icon:tool'
import IconWebhook from 'icon:webhook'
import { useMantineColorScheme } from '@mantine/core'
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { AccountObjects, Viewer } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { firstPageOf, operationsPage } from '../session/config.js'
import { words } from '../words/en.js'
import { foundWords } from '../words/en/found-objects.js'
import { personMenuWords } from '../words/en/person-menu.js'
import { nameOf } from './account-switcher.js'
import { actsOfPage } from './act-menu.js'
import { useFoundObjects } from './found-objects.js'
import { money } from './format.js'
import { Icon, type Drawing } from './icon.js'
import type { Navigation } from './navigation.js'

const [store, spotlight] = createSpotlight()

interface PaletteProps {
  readonly navigation: Navigation
  /** A higher number opens it. */
  readonly openings: number
}

/** Selects the first row, before which others can appear when they are found: Enter opens the first one. */
function selectFirst(): void {
  const rows = [...document.querySelectorAll('.palette [data-action]')]
  for (const [index, row] of rows.entries()) row.toggleAttribute('data-selected', index === 0)
  store.updateState((state) => ({ ...state, selected: 0 }))
}

/**
 * Opens pages, accounts, workspaces and what the open account has by their names, and begins the acts of the open page. Operators open objects of
 * all accounts.
 */
export default function Palette({ navigation, openings }: PaletteProps) {
  const { groups, isOperator, isOperations } = navigation
  const texts = words.palette
  const [query, setQuery] = useState('')
  const navigate = useNavigate()
  const viewer = useOperation(Viewer, {})
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => spotlight.open(), [openings])
  const open = (to: string) => () => void navigate({ to })
  const pages = groups.flatMap(({ items }) =>
    items.map(({ to, name, icon }): SpotlightActionData => ({
      id: to,
      label: name,
      leftSection: <Icon of={icon} />,
      onClick: open(to),
    })),
  )
  const accounts = (viewer.data?.viewer?.accounts?.nodes ?? []).map((account): SpotlightActionData => ({
    id: account.id,
    label: nameOf(account),
    leftSection: <Icon of={IconBuilding} />,
    onClick: open(firstPageOf(account.id)),
  }))
  const wanted = query.trim()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const [, area, named] = path.split('/')
  const account = area === 'a' && named ? named : viewer.data?.viewer?.account.id
  const objects = useOperation(
    AccountObjects,
    { account: account ?? '' },
    { enabled: account !== undefined && !isOperations && wanted !== '' },
  )
  const [found, searched] = useFoundObjects(wanted, isOperations)
  const foundIds = found.map(({ id }) => id).join()
  useEffect(() => {
    if (foundIds) selectFirst()
  }, [foundIds])
  const { deployments, billing, access } = objects.data?.account ?? {}
  const object = (icon: Drawing, id: string, label: string, to: string): SpotlightActionData => ({
    id,
    label,
    leftSection: <Icon of={icon} />,
    onClick: open(`/a/${account}/${to}`),
  })
  const acts = actsOfPage().flatMap(({ name, onOpen, onChoose }): SpotlightActionData[] => {
    const run = onOpen ?? onChoose
    return run ? [{ id: `act:${name}`, label: name, leftSection: <Icon of={IconBolt} />, onClick: run }] : []
  })
  return (
    <Spotlight
      store={store}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      highlightQuery={false}
      zIndex={400}
      limit={30}
      overlayProps={{ backgroundOpacity: 0.3, blur: 0 }}
      className="palette"
      attributes={{ content: { 'aria-label': texts.open } }}
      nothingFound={texts.nothing}
      searchProps={{
        placeholder: texts.open,
        'aria-label': texts.open,
        leftSection: <Icon of={IconSearch} size={20} />,
      }}
      actions={[
        ...(acts.length > 0 ? [{ group: texts.acts, actions: acts }] : []),
        { group: texts.pages, actions: pages },
        {
          group: texts.objects,
          actions: [
            ...(deployments?.nodes ?? []).map(({ id, hash, name }) =>
              object(IconServer, id, name || hash, `deployments/${hash}`),
            ),
            ...(billing?.invoices?.nodes ?? []).map(({ id, number, total }) =>
              object(IconFile, id, texts.invoice(number ?? id.slice(-6), money(total)), 'billing'),
            ),
            ...(access?.apiKeys?.nodes ?? []).map(({ id, name, prefix }) =>
              object(IconKey, id, `${name} (${prefix})`, 'keys'),
            ),
            ...(access?.webhookEndpoints ?? []).map(({ id, url }) => object(IconWebhook, id, url, `webhooks/${id}`)),
          ],
        },
        {
          group: foundWords.group,
          actions: found.map(({ id, icon, name, note, to, tab }) => ({
            id,
            label: name,
            description: note,
            // An object can have the text in a value that is not shown, such as its ID at the provider.
            keywords: searched,
            leftSection: <Icon of={icon} />,
            onClick: () => void navigate({ to, search: (tab ? { tab } : {}) as never }),
          })),
        },
        {
          group: texts.accounts,
          actions: [
            ...accounts,
            ...(isOperator && !isOperations
              ? [
                  {
                    id: 'ops',
                    label: words.operations,
                    leftSection: <Icon of={IconTool} />,
                    onClick: open(operationsPage()),
                  },
                ]
              : []),
            ...(isOperator && wanted
              ? [
                  {
                    id: 'search',
                    label: texts.searchAccounts(wanted),
                    leftSection: <Icon of={IconSearch} />,
                    onClick: () => void navigate({ to: '/ops/accounts', search: { search: wanted } as never }),
                  },
                ]
              : []),
          ],
        },
        {
          group: personMenuWords.colorScheme.label,
          actions: [
            {
              id: 'light',
              label: personMenuWords.colorScheme.light,
              leftSection: <Icon of={IconSun} />,
              onClick: () => setColorScheme('light'),
            },
            {
              id: 'dark',
              label: personMenuWords.colorScheme.dark,
              leftSection: <Icon of={IconMoon} />,
              onClick: () => setColorScheme('dark'),
            },
          ],
        },
      ]}
    />
  )
}
