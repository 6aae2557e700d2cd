import { type Html, html } from '@pushtech/ui';

/** The one card of the sign-in page. `to` is where it leads; `problem` what went wrong before. */
export const signInForm = ({ to, problem }: { to: string; problem?: string | undefined }): Html => html`
<form class="card" method="post" action="/auth/sign-in">
<h1>Sign in</h1>
${problem ? html`<p class="notice bad" role="alert">${problem}</p>` : ''}
<input type="hidden" name="to" value="${to}">
<input name="username" value="admin" autocomplete="username" hidden>
<label>Password <input type="password" name="password" autocomplete="current-password" required autofocus maxlength="1024"></label>
<button class="primary">Sign in</button>
</form>`;

/** The button at the end of the top bar; nothing where nobody signed in. */
export const signOutButton = (csrf: string | undefined): Html | undefined =>
  csrf === undefined
    ? undefined
    : html`<form method="post" action="/auth/sign-out"><input type="hidden" name="csrf" value="${csrf}"><button>Sign out</button></form>`;
