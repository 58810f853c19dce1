import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import IconCheck from 'icon:check'
import { SetLanguage } from '@stackgate/client/documents'
import { Menu, useMantineColorScheme, type MantineColorScheme, type MenuItemProps } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement, ReactNode, Ref } from 'react'
import { serverUrl } from '../session/config.js'
import { useSession } from '../session/session-context.js'
import { useAction } from '../session/use-action.js'
import { words } from '../words/en.js'
import { personMenuWords as texts } from '../words/en/person-menu.js'
import { chooseLanguage, language, LANGUAGES, type Language } from '../words/language.js'
import { Icon } from './icon.js'
import { useOpenedMenu } from './opened-menu.js'
import { toast } from './toast.js'

const SCHEMES: readonly MantineColorScheme[] = ['auto', 'light', 'dark']

interface PersonMenuProps {
  /** Null for visitors. */
  readonly email: string | null
  /** The button of the menu. */
  readonly button: (target: Ref<HTMLButtonElement>) => ReactElement
}

/** Colors, languages, the documentation and the end of the session. */
export default function PersonMenu({ email, button }: PersonMenuProps) {
  const { target, ...state } = useOpenedMenu()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { signOut, config } = useSession()
  const choose = useLanguageChoice(email !== null)
  const navigate = useNavigate()
  return (
    <Menu position="bottom-end" width={220} {...state}>
      <Menu.Target>{button(target)}</Menu.Target>
      <Menu.Dropdown>
        {email && <Menu.Label>{email}</Menu.Label>}
        <Choices name={texts.colorScheme.label}>
          {SCHEMES.map((scheme) => (
            <Choice key={scheme} isChosen={scheme === colorScheme} onClick={() => setColorScheme(scheme)}>
              {texts.colorScheme[scheme]}
            </Choice>
          ))}
        </Choices>
        <Menu.Divider />
        <Choices name={texts.language}>
          {(Object.keys(LANGUAGES) as Language[]).map((code) => (
            <Choice key={code} lang={code} isChosen={code === language} onClick={() => choose(code)}>
              {LANGUAGES[code]}
            </Choice>
          ))}
        </Choices>
        {config.documentation && (
          <>
            <Menu.Divider />
            <Menu.Item component="a" href={serverUrl('docs/').href}>
              {texts.documentation}
            </Menu.Item>
          </>
        )}
        {email && (
          <>
            <Menu.Divider />
            <Menu.Item
              onClick={() => {
                signOut()
                void navigate({ to: '/' })
              }}
            >
              {words.signOut}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Chooses the language of pages and mails; of visitors only that of this browser. */
function useLanguageChoice(isSignedIn: boolean): (chosen: Language) => void {
  const save = useAction(SetLanguage)
  return (chosen) => {
    if (!isSignedIn) return chooseLanguage(chosen)
    save.runAsync({ language: chosen.toUpperCase() as Uppercase<Language> }).then(
      () => chooseLanguage(chosen),
      () => toast({ text: texts.languageNotSaved }),
    )
  }
}

const Choices = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div role="group" aria-label={name}>
    <Menu.Label aria-hidden>{name}</Menu.Label>
    {children}
  </div>
)

interface ChoiceProps extends MenuItemProps {
  readonly isChosen: boolean
  readonly lang?: Language
  readonly onClick: () => void
}

const Choice = ({ isChosen, ...props }: ChoiceProps) => (
  <Menu.Item
    {...props}
    aria-current={isChosen ? 'true' : undefined}
    rightSection={isChosen && <Icon of={IconCheck} />}
  />
)
