import { useState } from 'preact/hooks';

import { signIn } from '../app/session';
import { config } from '../config';
import { Field } from '../ui/field';
import { Mark } from '../app/mark';

/** SignIn asks for a token, and offers those of a demo. */
export function SignIn({ refused }: { refused: boolean }) {
  const [token, setToken] = useState('');
  return (
    <div class="s-signin">
      <main class="si" id="main">
        <p class="brand">
          <Mark />
          <span>jobledger</span>
        </p>
        <h1>Sign in</h1>
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (token.trim()) signIn(token.trim());
          }}
        >
          <Field
            label="Token"
            help="Kept in this tab only, and gone when you close it."
            fault={refused ? 'The API does not know this token, or no longer.' : undefined}
          >
            {(input) => (
              <input
                {...input}
                class="input mono"
                name="token"
                type="password"
                autocomplete="current-password"
                spellcheck={false}
                value={token}
                onInput={(event) => setToken(event.currentTarget.value)}
              />
            )}
          </Field>
          <button class="btn primary" type="submit">
            Sign in
          </button>
        </form>
        {config.tokens.length > 0 && (
          <section aria-labelledby="h-demo">
            <h2 id="h-demo">Or try the demo as</h2>
            <ul class="whos">
              {config.tokens.map((t) => (
                <li key={t.token}>
                  <button class="btn who" type="button" onClick={() => signIn(t.token)}>
                    <b>{t.name}</b>
                    <span class="q">{t.about}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <p class="s qq">API at {new URL(config.api).pathname}</p>
      </main>
    </div>
  );
}
