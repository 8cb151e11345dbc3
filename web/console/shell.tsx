// The frame around every view: where one can go, how things are shown, what has just happened.

import { type ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSignalEffect } from "@preact/signals";
import { access, isOnline, session } from "./api";
import { Boundary } from "./boundary";
import { HelpDialog, openHelp } from "./help";
import { listen, useKeys } from "./keys";
import { preferences } from "./preferences";
import { href, route } from "./router";
import { Toasts } from "./toasts";

export interface View {
  /** As in the address. */
  name: string;
  title: string;
  component: ComponentType;
  /** Left out of the navigation: other views lead there. */
  isInner?: boolean;
}

export function Shell({ views }: { views: readonly View[] }) {
  const main = useRef<HTMLElement>(null);
  const view = views.find(({ name }) => name === route.value.view) ?? views[0];
  useEffect(listen, []);
  useSignalEffect(() => {
    document.documentElement.classList.toggle("grey", preferences.grey.value);
    document.documentElement.classList.toggle("blur", preferences.blur.value);
  });
  useEffect(() => {
    document.title = `${view?.title ?? "Console"} · Parley`;
  }, [view]);
  useKeys([
    { key: "b", does: "blur foreign texts, or show them", run: () => flip("blur") },
    { key: "g", does: "everything in grey, or in colour", run: () => flip("grey") },
    { key: "?", does: "this help", run: openHelp },
  ]);
  if (!view) return null;
  const Component = view.component;
  const isOpen = access.value === "open";
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The address names the view; it must not change.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        To the content
      </a>
      <header class="top">
        <span class="brand">Parley</span>
        {isOpen && (
          <nav aria-label="Console">
            {views
              .filter(({ isInner }) => !isInner)
              .map(({ name, title }) => (
                <a key={name} href={href(name)} aria-current={name === view.name ? "page" : undefined}>
                  {title}
                </a>
              ))}
          </nav>
        )}
        {isOpen && <Tools />}
      </header>
      {!isOnline.value && (
        <p class="offline" role="status">
          There is no connection to the server. What you decide is kept here and sent when it is back.
        </p>
      )}
      <main ref={main} id="main" tabIndex={-1} class={`view ${view.name}`}>
        {isOpen ? (
          <Boundary key={view.name}>
            <Component />
          </Boundary>
        ) : (
          <NoAccess />
        )}
      </main>
      <Toasts />
      <HelpDialog />
    </>
  );
}

function flip(name: "blur" | "grey"): void {
  preferences[name].value = !preferences[name].value;
}

function Tools() {
  return (
    <div class="tools">
      <Switch name="blur" label="Blur" />
      <Switch name="grey" label="Grey" />
      <button type="button" class="quiet" aria-haspopup="dialog" onClick={openHelp}>
        Keys <kbd>?</kbd>
      </button>
      <span class="who">
        <bdi>{session.person?.name}</bdi> <a href={session.logoutUrl()}>Log out</a>
      </span>
    </div>
  );
}

function Switch({ name, label }: { name: "blur" | "grey"; label: string }) {
  return (
    <button type="button" class="quiet toggle" aria-pressed={preferences[name].value} onClick={() => flip(name)}>
      {label}
    </button>
  );
}

function NoAccess() {
  if (access.value === "forbidden") {
    return (
      <div class="notice" role="alert">
        <h1>You are not a moderator</h1>
        <p>
          This login has no access to the console. Ask whoever runs this site to add you to its moderators, then log in
          again.
        </p>
        <a class="button" href={session.logoutUrl()}>
          Log out
        </a>
      </div>
    );
  }
  const hasEnded = access.value === "ended";
  return (
    <div class="notice" role={hasEnded ? "alert" : undefined}>
      <h1>{hasEnded ? "Your login has ended" : "Moderation"}</h1>
      <p>{hasEnded ? "Log in again to go on where you were." : "This console is for the site’s moderators."}</p>
      <a class="button primary" href={session.loginUrl()}>
        Log in
      </a>
    </div>
  );
}
