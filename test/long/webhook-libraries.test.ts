import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { newWebhookSecret, secretPurpose, webhookHeaders } from '#services/kernel/outbound-webhooks/sign-webhook.js'
import { createSecretBox } from '#services/kernel/secrets/secret-box.js'
import { childEnvironment } from '../support/child-environment.js'
import { runTool } from '../support/install-tools.js'
import { itUnless, withoutGo, withoutMaven, withoutProgram } from '../support/skip.js'

const goReason = withoutGo()
const pythonReason = withoutProgram('python3', ['-c', 'import sys; print(sys.version_info >= (3, 11))'], /True/)
const javaReason = withoutMaven()
const rustReason = withoutProgram('cargo', ['--version'], /cargo 1\.(?:[89]\d|\d{3})/)

/** Each program reads the cases, and prints a line with the results: "yes" for a verified message, "no" for any other end. */
const NODE = `
import { readFileSync } from 'node:fs'
const cases = JSON.parse(readFileSync('cases.json', 'utf8'))
for (const name of ['standardwebhooks', 'svix']) {
  const { Webhook } = await import(name)
  const results = cases.map(({ secret, headers, body }) => {
    try {
      new Webhook(secret).verify(body, headers)
      return 'yes'
    } catch {
      return 'no'
    }
  })
  console.log(name, ...results)
}
`
const PYTHON = `
import json

import standardwebhooks.webhooks
import svix.webhooks

with open("cases.json") as file:
    cases = json.load(file)
for library in (standardwebhooks, svix):
    results = []
    for case in cases:
        try:
            library.webhooks.Webhook(case["secret"]).verify(case["body"], case["headers"])
            results.append("yes")
        except Exception:
            results.append("no")
    print(library.__name__, *results)
`
const GO = `
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func main() {
	var cases []struct {
		Secret, Body string
		Headers      map[string]string
	}
	text, err := os.ReadFile("cases.json")
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	fmt.Print("standard-webhooks")
	for _, each := range cases {
		headers := http.Header{}
		for name, value := range each.Headers {
			headers.Set(name, value)
		}
		webhook, err := webhooks.NewWebhook(each.Secret)
		if err == nil {
			err = webhook.Verify([]byte(each.Body), headers)
		}
		if err == nil {
			fmt.Print(" yes")
		} else {
			fmt.Print(" no")
		}
	}
	fmt.Println()
}
`
const RUST = `
use http::{HeaderMap, HeaderName, HeaderValue};
use standardwebhooks::Webhook;

fn main() {
    let cases: Vec<serde_json::Value> = serde_json::from_str(&std::fs::read_to_string("cases.json").unwrap()).unwrap();
    print!("standardwebhooks");
    for case in cases {
        let mut headers = HeaderMap::new();
        for (name, value) in case["headers"].as_object().unwrap() {
            let name = HeaderName::try_from(name.as_str()).unwrap();
            headers.insert(name, HeaderValue::from_str(value.as_str().unwrap()).unwrap());
        }
        let verified = Webhook::new(case["secret"].as_str().unwrap())
            .and_then(|webhook| webhook.verify(case["body"].as_str().unwrap().as_bytes(), &headers));
        print!(" {}", if verified.is_ok() { "yes" } else { "no" });
    }
    println!();
}
`
const JAVA = `
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.standardwebhooks.Webhook;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

public class Case {
  public static void main(String[] arguments) throws Exception {
    var line = new StringBuilder("com.standardwebhooks");
    for (JsonElement each : JsonParser.parseString(Files.readString(Path.of("cases.json"))).getAsJsonArray()) {
      Map<String, List<String>> headers = new HashMap<>();
      for (var header : each.getAsJsonObject().getAsJsonObject("headers").entrySet())
        headers.put(header.getKey(), List.of(header.getValue().getAsString()));
      try {
        var webhook = new Webhook(each.getAsJsonObject().get("secret").getAsString());
        webhook.verify(each.getAsJsonObject().get("body").getAsString(), HttpHeaders.of(headers, (name, value) -> true));
        line.append(" yes");
      } catch (Exception error) {
        line.append(" no");
      }
    }
    System.out.println(line);
  }
}
`
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>case</groupId><artifactId>case</artifactId><version>1</version><dependencies>
<dependency><groupId>com.standardwebhooks</groupId><artifactId>standardwebhooks</artifactId><version>1.1.0</version></dependency>
<dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>2.13.2</version></dependency>
</dependencies></project>`

/** Results by library and language, in the order of the cases. */
const rows = new Map(
  [
    ...readFileSync('docs/facts/webhook-libraries.md', 'utf8').matchAll(
      /^\| `([\w.-]+)` \| (\w[\w.]*) \| \S+ \| (.*) \|$/gm,
    ),
  ].map(([, library, language, cells]) => [`${language} ${library}`, cells!.split(' | ')]),
)

const box = createSecretBox(['the key of a test'])
const sealed = (secret: string): string => box.seal(secret, secretPurpose('whe_1'))

/** A message as the server sends it. */
function messageOf(
  secret: string,
  { previous, body = '{"type":"example"}', ageSeconds = 0 }: { previous?: string; body?: string; ageSeconds?: number },
) {
  const at = new Date(Date.now() - ageSeconds * 1000)
  const rotation = {
    previousSecret: previous ? sealed(previous) : null,
    previousUntil: previous ? new Date(at.getTime() + 60_000) : null,
  }
  const endpoint = { id: 'whe_1', secret: sealed(secret), ...rotation }
  return { body, headers: webhookHeaders(box, endpoint, { id: 'msg_1', body, at }) }
}

/** `npm run test:long -- webhook-libraries`: libraries of Standard Webhooks read our signatures as docs/facts/webhook-libraries.md says. */
describe('The libraries of docs/facts/webhook-libraries.md', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-webhooks-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const must = async (command: string, ...args: string[]): Promise<string> => {
    const env = { ...childEnvironment, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' }
    const { code, output } = await runTool(command, args, { cwd: folder, env })
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}\n${output.slice(-20_000)}`)
    return output
  }
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  /** Messages are signed after the packages are installed, which can take longer than the tolerance of the libraries. */
  const runWithCases = (command: string, ...args: string[]): Promise<string> => {
    const [secret, other] = [newWebhookSecret(), newWebhookSecret()]
    const long = `whsec_${Buffer.alloc(32, 0xfb).toString('base64')}`
    const message = messageOf(secret, {})
    const upper = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name.toUpperCase(), value]),
    )
    const cases = [
      { secret, ...message },
      { secret, ...messageOf(other, { previous: secret }) },
      { secret, ...message, headers: upper },
      { secret, ...messageOf(secret, { body: 'text' }) },
      { secret: long.replace(/=+$/, ''), ...messageOf(long, {}) },
      { secret: long.replaceAll('+', '-').replaceAll('/', '_'), ...messageOf(long, {}) },
      { secret, ...messageOf(secret, { ageSeconds: 60 }) },
      { secret, ...messageOf(secret, { ageSeconds: 400 }) },
      { secret: other, ...message },
    ]
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases))
    return must(command, ...args)
  }
  const expectRows = (language: string, output: string, count: number): void => {
    const seen = output
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
    expect(seen).toHaveLength(count)
    expect(seen).toEqual(seen.map(([library]) => [library, ...(rows.get(`${language} ${library}`) ?? []), 'no']))
  }

  it('for Node.js read these messages', async () => {
    write('package.json', '{ "private": true }')
    write('case.mjs', NODE)
    await must('npm', 'install', '--silent', '--no-audit', '--no-fund', 'standardwebhooks@1.1.1', 'svix@1.99.1')
    expectRows('JavaScript', await runWithCases(process.execPath, 'case.mjs'), 2)
  })

  itUnless(pythonReason)('for Python read these messages', async () => {
    write('case.py', PYTHON)
    await must('python3', '-m', 'venv', 'venv')
    const packages = ['standardwebhooks==1.1.0', 'svix==2.9.1']
    await must('venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', ...packages)
    expectRows('Python', await runWithCases('venv/bin/python', 'case.py'), 2)
  })

  itUnless(goReason)('for Go read these messages', async () => {
    write('main.go', GO)
    await must('go', 'mod', 'init', 'example.com/case')
    await must('go', 'get', 'github.com/standard-webhooks/standard-webhooks/libraries@v0.0.1')
    await must('go', 'build', '-o', 'case', '.')
    expectRows('Go', await runWithCases(join(folder, 'case')), 1)
  })

  itUnless(rustReason)('for Rust read these messages', async () => {
    await must('cargo', 'init', '--quiet', '--vcs', 'none', '--name', 'case', '.')
    await must('cargo', 'add', '--quiet', 'standardwebhooks@=1.0.1', 'http@1', 'serde_json@1')
    write('src/main.rs', RUST)
    await must('cargo', 'build', '--quiet')
    expectRows('Rust', await runWithCases(join(folder, 'target/debug/case')), 1)
  })

  itUnless(javaReason)('for Java read these messages', async () => {
    write('pom.xml', POM)
    write('Case.java', JAVA)
    await must('mvn', '-q', '-B', 'dependency:build-classpath', '-Dmdep.outputFile=classpath')
    const classpath = readFileSync(join(folder, 'classpath'), 'utf8')
    expectRows('Java', await runWithCases('java', '-cp', classpath, 'Case.java'), 1)
  })
})
