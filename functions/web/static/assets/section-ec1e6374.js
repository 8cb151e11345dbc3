var e=new Set([429,502,503,504]),t=[500,1500,4e3],n=class extends Error{constructor(e,t={}){super(c(e,t)),this.status=e,this.content=t}};async function r(e,{method:t=`GET`,token:r,headers:i={},json:a,isFresh:o=!1}={}){let s={Accept:`application/json`,...i};r&&(s.Authorization=`Bearer ${r}`),a&&(s[`Content-Type`]=`application/json`);let c=o?`no-cache`:`default`,l;try{l=await fetch(e,{method:t,headers:s,body:a&&JSON.stringify(a),credentials:`omit`,cache:c})}catch{throw new n(0)}let u=await l.json().catch(()=>({}));if(!l.ok)throw new n(l.status,u);return u}async function i(n,i,a=()=>{}){for(let o of t)try{return await r(n,i)}catch(t){if(t.status!==0&&!e.has(t.status))throw t;a(t),await new Promise(e=>setTimeout(e,o))}return r(n,i)}function a(){return Array.from(crypto.getRandomValues(new Uint8Array(16)),e=>e.toString(16).padStart(2,`0`)).join(``)}var o={0:`There is no connection to the server.`,401:`Your login has ended. Please log in again.`,429:`That was a little fast. Please wait a moment and try again.`,502:`The server is busy. Please try again in a moment.`,503:`The server is busy. Please try again in a moment.`,504:`The server is busy. Please try again in a moment.`},s={body:`Your text`,parent_id:`The comment you reply to`,note:`The note`,reason:`The reason`};function c(e,t){return o[e]?o[e]:Array.isArray(t.errors)&&t.errors.length?t.errors.map(({field:e,message:t})=>`${s[e]??e} ${t}.`).join(` `):t.detail||`Something went wrong. Please try again.`}function l(e,t={},...n){let r=document.createElement(e);for(let[e,n]of Object.entries(t))typeof n==`function`?r.addEventListener(e.slice(2),n):n===!0?r.setAttribute(e,``):n!=null&&n!==!1&&r.setAttribute(e,String(n));return r.append(...n.filter(e=>e!=null&&e!==!1)),r}function u(e,t,n){return l(e,{class:t,dir:`auto`},n)}function d(e){let t=new Date(e);return l(`time`,{datetime:e,title:new Intl.DateTimeFormat(void 0,{dateStyle:`full`,timeStyle:`short`}).format(t)},p(t))}var f=[[`minute`,60],[`hour`,3600],[`day`,86400]];function p(e){let t=(e.getTime()-Date.now())/1e3;if(t>-60)return`just now`;if(t<-604800)return new Intl.DateTimeFormat(void 0,{dateStyle:`medium`}).format(e);let[n,r]=f.findLast(([,e])=>-t>=e);return new Intl.RelativeTimeFormat(void 0,{numeric:`auto`}).format(Math.ceil(t/r),n)}var m=`parley.session`,h=60,g=class{constructor(e){this.api=new URL(e),this.isAtHome=this.api.origin===location.origin,this.renewing=null}config(){return this.loadedConfig??=r(new URL(`config.json`,this.api)).catch(e=>{throw this.loadedConfig=void 0,e}),this.loadedConfig}get isOpen(){return this.stored()!==null}get person(){let e=this.stored();if(!e)return null;let t=v(e.idToken);return{name:t.name||t.preferred_username||t[`cognito:username`]||`you`}}async token(){let e=this.stored();return e?e.expiresAt-Date.now()>h*1e3?e.idToken:e.refreshToken?(this.renewing??=this.renew(e.refreshToken).finally(()=>{this.renewing=null}),this.renewing):(this.close(),null):null}async renew(e){let{login:t}=await this.config();try{let n=await _(t,{grant_type:`refresh_token`,refresh_token:e});return this.open({...n,refresh_token:n.refresh_token??e}),n.id_token}catch(e){if(e.status===0||e.status>=500)throw e;return this.close(),null}}open({id_token:e,refresh_token:t=null}){let{exp:n,iat:r}=v(e),i=Date.now()+(n-r)*1e3;sessionStorage.setItem(m,JSON.stringify({idToken:e,refreshToken:t,expiresAt:i}))}close(){sessionStorage.removeItem(m)}stored(){try{return JSON.parse(sessionStorage.getItem(m)??`null`)}catch{return null}}loginUrl(){return this.loginPage({return_to:location.pathname+location.search+location.hash})}logoutUrl(){return this.loginPage({logout:``,return_to:location.pathname+location.search})}loginPage(e){let t=new URL(`login/`,this.api);return t.search=new URLSearchParams(e).toString(),t.href}listen(e){let t=t=>{t.origin===this.api.origin&&t.data?.type===`parley:login`&&(this.open({id_token:t.data.idToken}),e())};return addEventListener(`message`,t),()=>removeEventListener(`message`,t)}};async function _(e,t){let r=new URLSearchParams({client_id:e.client_id,...t}),i;try{i=await fetch(e.token_url,{method:`POST`,body:r,credentials:`omit`})}catch{throw new n(0)}let a=await i.json().catch(()=>({}));if(!i.ok||!a.id_token)throw new n(i.ok?400:i.status,{detail:`The login was not accepted.`});return a}function v(e){let t=e.split(`.`)[1].replaceAll(`-`,`+`).replaceAll(`_`,`/`),n=Uint8Array.from(atob(t),e=>e.charCodeAt(0));return JSON.parse(new TextDecoder().decode(n))}var y=new CSSStyleSheet;y.replaceSync(`
:host {
  --accent: var(--parley-accent, light-dark(#0b5d63, #7cc7c9));
  --accent-ink: var(--parley-accent-ink, light-dark(#ffffff, #0c2223));
  --radius: var(--parley-radius, 6px);
  --line: color-mix(in srgb, currentColor 18%, transparent);
  --field: color-mix(in srgb, currentColor 45%, transparent);
  --wash: color-mix(in srgb, currentColor 4%, transparent);
  --quiet: color-mix(in srgb, currentColor 74%, transparent);
  --warn: light-dark(#8a4b00, #e9b872);
  --bad: light-dark(#a3232a, #f19a97);
  --good: light-dark(#1b6b3a, #8fd0a5);
  display: block;
  container-type: inline-size;
  line-height: 1.55;
  overflow-wrap: anywhere;
}
:host([hidden]), [hidden] { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
p, ol, ul, h2 { margin: 0; padding: 0; }
ol, ul { list-style: none; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }

.top { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: baseline; justify-content: space-between; }
h2 { font-size: 1.5rem; line-height: 1.25; }
.number { font-weight: 400; color: var(--quiet); }
select, button, .button {
  min-block-size: 2.5rem;
  padding: 0.3rem 0.9rem;
  border: 1px solid var(--field);
  border-radius: var(--radius);
  background: transparent;
  color: inherit;
  font: inherit;
  font-size: 0.95rem;
}
select { padding-inline: 0.6rem; }
option { color: canvastext; background: canvas; }
button, .button { display: inline-flex; align-items: center; font-weight: 600; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { border-color: var(--accent); }
.primary { border-color: var(--accent); background: var(--accent); color: var(--accent-ink); }
.link {
  min-block-size: 1.75rem;
  padding: 0;
  border: 0;
  color: var(--accent);
  font-size: 0.9rem;
  text-decoration: underline transparent;
  text-underline-offset: 0.2em;
}
.link:hover { text-decoration-color: currentColor; }
.who .link { font: inherit; text-decoration: underline; }

.writing { margin-block: 1.25rem 1.75rem; }
.notice { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; padding: 1rem; border-radius: var(--radius); background: var(--wash); }
.who, .quiet, .count { color: var(--quiet); font-size: 0.9rem; }
.who { margin-block-end: 0.75rem; }
label { display: block; margin-block-end: 0.35rem; font-weight: 600; }
textarea {
  display: block;
  inline-size: 100%;
  min-block-size: 6.5rem;
  padding: 0.65rem 0.75rem;
  border: 1px solid var(--field);
  border-radius: var(--radius);
  background: var(--wash);
  color: inherit;
  font: inherit;
  resize: vertical;
}
.row { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: center; margin-block-start: 0.6rem; }
.count { margin-inline-end: auto; font-variant-numeric: tabular-nums; }
.near { color: var(--warn); }
.over { color: var(--bad); font-weight: 600; }
.sending { opacity: 0.7; }
.message { margin-block-start: 0.75rem; padding: 0.6rem 0.85rem; border-inline-start: 4px solid var(--field); background: var(--wash); }
.message:empty { margin: 0; padding: 0; border: 0; }
.message.published { border-color: var(--good); }
.message.held { border-color: var(--warn); }
.message.rejected, .message.problem { border-color: var(--bad); }

.own { margin-block-start: 1rem; border: 1px solid var(--line); border-radius: var(--radius); }
.own summary { padding: 0.6rem 0.85rem; cursor: pointer; font-size: 0.95rem; }
.own ul { padding: 0 0.85rem; }
.own li { padding-block: 0.65rem; border-block-start: 1px solid var(--line); font-size: 0.95rem; }
.badge {
  display: inline-block;
  padding: 0 0.5em;
  border: 1px solid;
  border-radius: 1em;
  color: var(--quiet);
  font-size: 0.8rem;
  font-weight: 600;
}
summary .badge { margin-inline-start: 0.6em; }
.badge.published { color: var(--good); }
.badge.held { color: var(--warn); }
.badge.rejected { color: var(--bad); }

.list > li { padding-block: 1.1rem 0.6rem; border-block-start: 1px solid var(--line); }
.list > li.new > article { padding-inline-start: 0.75rem; border-inline-start: 4px solid var(--accent); }
.name { font-weight: 650; }
.meta time { color: var(--quiet); font-size: 0.9rem; margin-inline-start: 0.35em; }
.body { margin-block: 0.35rem 0.25rem; white-space: pre-line; unicode-bidi: isolate; text-align: start; }
.short { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
.actions { display: flex; gap: 1.1rem; }
.below { padding-inline-start: clamp(0.75rem, 4vw, 1.75rem); }
.below .below .below { padding-inline-start: 0; }
.below form { margin-block: 0.5rem 1rem; }
.foot { padding-block: 0.75rem; }
.foot:empty { padding: 0; }

.visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 26rem) { .count { flex-basis: 100%; } }
@media print { .writing, .actions, .foot, select { display: none; } }
`);var b=class{constructor(e,t,n={}){this.section=e,this.path=t,this.query=n,this.cursor=null,this.entries=new Map,this.list=l(`ol`,{class:`list`}),this.foot=l(`div`,{class:`foot`}),this.element=l(`div`,{},this.list,this.foot)}async loadMore({isAsked:e=!1}={}){this.foot.replaceChildren(l(`p`,{class:`quiet`},`Loading …`));try{let t=await this.section.read(this.path,{...this.query,cursor:this.cursor}),n=t.comments.filter(({id:e})=>!this.entries.has(e)).map(e=>this.add(e));this.cursor=t.next,this.showFoot(),e&&n[0]?.focus()}catch(t){let n=l(`button`,{type:`button`,onclick:()=>this.loadMore({isAsked:e})},`Try again`);this.foot.replaceChildren(l(`p`,{role:`alert`},`The comments could not be loaded. ${t.message} `,n))}}showFoot(){let e=l(`button`,{type:`button`,onclick:()=>this.loadMore({isAsked:!0})},`Load more`);this.cursor?this.foot.replaceChildren(e):this.entries.size?this.foot.replaceChildren():this.foot.replaceChildren(l(`p`,{class:`quiet`},`No comments yet.`))}add(e,{isFirst:t=!1}={}){let n=new x(this.section,e);return this.entries.set(e.id,n),t?this.list.prepend(n.element):this.list.append(n.element),n}addOwn(e,t){let n=this.entries.get(e.id)??this.add(e,t);return n.element.classList.add(`new`),this.showFoot(),n}refreshActions(){for(let e of this.entries.values())e.refreshActions()}},x=class{constructor(e,t){this.section=e,this.comment=t,this.replyCount=t.reply_count??0,this.replies=null,this.replyButton=l(`button`,{type:`button`,class:`link`,onclick:()=>this.reply()},`Reply`),this.fold=l(`button`,{type:`button`,class:`link`,"aria-expanded":`false`,onclick:()=>this.toggle()}),this.below=l(`div`,{class:`below`}),this.article=l(`article`,{tabindex:`-1`,part:`comment`},l(`p`,{class:`meta`},l(`bdi`,{class:`name`},t.author?.name??``),` `,d(t.created_at)),u(`div`,`body`,t.body??`This comment was removed.`),l(`p`,{class:`actions`},this.replyButton,this.fold)),this.element=l(`li`,{"data-id":t.id},this.article,this.below),this.refreshActions()}focus(){this.article.focus()}refreshActions(){this.replyButton.hidden=!this.section.author,this.fold.hidden=!this.replyCount;let e=this.replies!==null&&!this.replies.element.hidden,t=this.replyCount===1?`1 reply`:`${this.replyCount} replies`;this.fold.textContent=e?`Hide replies`:`Show ${t}`,this.fold.setAttribute(`aria-expanded`,String(e)),this.replies?.refreshActions()}async toggle(){this.replies?this.replies.element.hidden=!this.replies.element.hidden:(this.replies=new b(this.section,`comments/${encodeURIComponent(this.comment.id)}/replies`),this.below.append(this.replies.element)),this.refreshActions(),this.replies.entries.size||await this.replies.loadMore()}reply(){this.form??=this.section.author.form({parent:this.comment,onClose:()=>{this.form.element.remove(),this.form=null,this.replyButton.focus()},onPublished:e=>this.showReply(e)}),this.below.prepend(this.form.element),this.form.focus()}async showReply(e){this.replyCount+=1,(!this.replies||this.replies.element.hidden)&&await this.toggle(),this.replies.addOwn(e),this.refreshActions()}},S=(function(){let e=typeof document<`u`&&document.createElement(`link`).relList;return e&&e.supports&&e.supports(`modulepreload`)?`modulepreload`:`preload`})(),C=function(e,t){return new URL(e,t).href},w={},T=function(e){return e.pathname.endsWith(`.css`)},E=function(e,t,n){if(t in e)return e[t];let r=n();if(!r){e[t]=void 0;return}let i=r.then(()=>{e[t]=void 0},n=>{throw e[t]=void 0,n});return e[t]=i,i},D=function(e,t,n){let r=Promise.resolve();if(t&&t.length>0){let e,i=document.querySelector(`meta[property=csp-nonce]`),a=i?.nonce||i?.getAttribute(`nonce`);function o(e){return Promise.all(e.map(e=>Promise.resolve(e).then(e=>({status:`fulfilled`,value:e}),e=>({status:`rejected`,reason:e}))))}function s(e){return import.meta.resolve?new URL(import.meta.resolve(e)):new URL(e,import.meta.url)}r=o(t.map(t=>{t=C(t,n);let r=s(t),i=T(r);return E(w,r.href,()=>{if(e===void 0){e={all:new Set,styles:new Set};let t=document.getElementsByTagName(`link`);for(let n=t.length-1;n>=0;n--){let r=t[n];e.all.add(r.href),r.rel===`stylesheet`&&e.styles.add(r.href)}}if((i?e.styles:e.all).has(r.href))return;let t=document.createElement(`link`);if(t.rel=i?`stylesheet`:S,i||(t.as=`script`),t.crossOrigin=``,t.href=r.href,a&&t.setAttribute(`nonce`,a),document.head.appendChild(t),i)return new Promise((e,n)=>{let i=a=>{t.removeEventListener(`load`,i),t.removeEventListener(`error`,i),a.type===`error`?n(Error(`Unable to preload CSS for ${r}`)):e(a)};t.addEventListener(`load`,i),t.addEventListener(`error`,i)})})}).filter(e=>e!==void 0))}function i(e){let t=new Event(`vite:preloadError`,{cancelable:!0});if(t.payload=e,window.dispatchEvent(t),!t.defaultPrevented)throw e}return r.then(t=>{for(let e of t||[])e.status===`rejected`&&i(e.reason);return e().catch(i)})},O={newest:`Newest first`,oldest:`Oldest first`},k=import.meta.url,A=`popup,width=480,height=720`,j=class extends HTMLElement{connectedCallback(){this.shadowRoot||this.build(),this.session.isAtHome||(this.stopListening=this.session.listen(()=>this.showWriting()))}disconnectedCallback(){this.stopListening?.()}build(){let e=this.getAttribute(`api-url`);this.api=e?new URL(e.replace(/\/*$/,`/`),document.baseURI):new URL(`../`,k),this.articleId=this.getAttribute(`article-id`)??``,this.session=new g(this.api),this.order=`newest`,this.count=null,this.number=l(`span`,{class:`number`}),this.writing=l(`div`,{class:`writing`}),this.status=l(`p`,{class:`visually-hidden`,role:`status`}),this.content=l(`div`);let t=this.attachShadow({mode:`open`});t.adoptedStyleSheets=[y],t.append(l(`section`,{"aria-labelledby":`title`,part:`section`},l(`header`,{class:`top`},l(`h2`,{id:`title`,part:`title`},`Comments `,this.number),this.orderChoice()),this.writing,this.status,this.content)),this.showWriting(),this.showComments(),this.showCount()}url(e,t={}){let n=new URL(e,this.api);for(let[e,r]of Object.entries(t))r&&n.searchParams.set(e,r);return n.href}read(e,t){return r(this.url(e,t),{isFresh:this.session.isOpen})}get path(){return`articles/${encodeURIComponent(this.articleId)}/comments`}announce(e){this.status.textContent=e}orderChoice(){let e=l(`select`,{"aria-label":`Order of comments`},...Object.entries(O).map(([e,t])=>l(`option`,{value:e},t)));return e.addEventListener(`change`,()=>{this.order=e.value,this.showComments()}),e}showComments(){let e=new b(this,this.path,{order:this.order});return this.thread=e,this.content.replaceChildren(e.element),e.loadMore()}async showCount(){try{let{counts:e}=await this.read(`counts`,{article_id:this.articleId});this.setCount(e[this.articleId]??0)}catch{}}setCount(e){this.count=e,this.number.textContent=e?`(${e.toLocaleString()})`:``}async showWriting(){if(this.author=null,!this.session.isOpen)return this.showLogin();try{let[{Author:e},t]=await Promise.all([D(()=>import(`./author-2b853e7d.js`),[],import.meta.url),this.session.token()]);if(!t)return this.showLogin(`Your login has ended.`);this.author=new e(this),this.writing.replaceChildren(this.author.element),this.thread.refreshActions()}catch(e){let t=l(`button`,{type:`button`,onclick:()=>this.showWriting()},`Try again`);this.writing.replaceChildren(l(`p`,{class:`notice`,role:`alert`},`${e.message} `,t))}}showLogin(e=``){this.author=null;let t=l(`p`,{class:`notice`},l(`span`,{},e||`Writing a comment needs a login; reading does not.`),this.loginLink(`Log in to comment`));this.writing.replaceChildren(t),this.thread?.refreshActions()}loginLink(e){if(this.session.isAtHome)return l(`a`,{class:`button primary`,href:this.session.loginUrl()},e);let t=this.session.loginPage({origin:location.origin}),n=l(`a`,{class:`button primary`,href:t,target:`_blank`,rel:`opener`},e);return n.addEventListener(`click`,e=>{window.open(t,`parley-login`,A)&&e.preventDefault()}),n}countOneMore(){this.count!==null&&this.setCount(this.count+1)}};customElements.get(`parley-comments`)||customElements.define(`parley-comments`,j);export{i as a,r as i,l as n,a as o,d as r,u as t};