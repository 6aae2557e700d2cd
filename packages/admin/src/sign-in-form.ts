import { field, type Html, html, notice as noticeBox, say, type Words } from '@pushtech/ui';

export interface SignInFormOptions {
  words: Words;
  /** Where it leads. */
  to: string;
  /** What went wrong, or well, before. */
  problem?: string | undefined;
  notice?: string | undefined;
  /** Whether there are accounts to name; else the password of `admin` is all there is. */
  accounts: boolean;
  /** Whether `admin` has a password. */
  admin: boolean;
  email?: string;
  /** Name of the OpenID Connect provider. */
  provider?: string | undefined;
}

export const providerLink = ({ signIn }: Words, provider: string, to: string): Html => html`
<p class="or"><span>${signIn.or}</span></p>
<a class="button" href="/auth/provider?to=${encodeURIComponent(to)}">${say(signIn.provider, { name: provider })}</a>`;

const nameField = ({ words: { signIn }, accounts, admin, email = '' }: SignInFormOptions): Html =>
  accounts
    ? field({
        name: 'email',
        label: admin ? signIn.emailOrAdmin : signIn.email,
        value: email,
        autocomplete: 'username',
        inputmode: 'email',
        exact: true,
        required: true,
        maxlength: 254,
      })
    : html`<input name="email" value="admin" autocomplete="username" hidden>`;

/** The one card of the sign-in page. */
export const signInForm = (options: SignInFormOptions): Html => {
  const { words, to, problem, notice, provider } = options;
  const { signIn } = words;
  return html`
<form class="card" method="post" action="/auth/sign-in">
<h1>${signIn.title}</h1>
${problem && noticeBox(problem, 'bad')}${notice && noticeBox(notice)}
<input type="hidden" name="to" value="${to}">
${nameField(options)}
${field({ name: 'password', type: 'password', label: signIn.password, autocomplete: 'current-password', required: true, maxlength: 1024 })}
<button class="primary">${signIn.submit}</button>
${provider && providerLink(words, provider, to)}
</form>`;
};

/** The button at the end of the top bar; nothing where nobody signed in. */
export const signOutButton = (csrf: string | undefined, words: Words): Html | undefined =>
  csrf === undefined
    ? undefined
    : html`<form method="post" action="/auth/sign-out"><input type="hidden" name="csrf" value="${csrf}"><button>${words.signIn.signOut}</button></form>`;

export interface WhoOptions {
  csrf: string;
  words: Words;
  /** Who is signed in. */
  name: string;
  /** The address of their own page. */
  me: string;
}

/** Who is signed in, and the button that ends it. */
export const whoAndSignOut = ({ csrf, words, name, me }: WhoOptions): Html =>
  html`<a class="who" href="${me}" title="${words.signIn.me}" data-raw>${name}</a>${signOutButton(csrf, words)}`;
