// The moderators' console.

import { render } from "preact";
import "./style/console.css";
import { CommentPage } from "./comment/comment-page";
import { desk } from "./desk";
import { ExportView } from "./export/export-view";
import { AuthorPage } from "./people/author-page";
import { PolicyView } from "./policy/policy-view";
import { QueueView } from "./queue/queue-view";
import { Shell, type View } from "./shell";
import { StatisticsView } from "./statistics/statistics-view";

const VIEWS: readonly View[] = [
  { name: "queue", title: "Queue", component: QueueView },
  { name: "authors", title: "Authors", component: AuthorPage },
  { name: "policy", title: "Policy", component: PolicyView },
  { name: "statistics", title: "Statistics", component: StatisticsView },
  { name: "export", title: "Export", component: ExportView },
  { name: "comments", title: "Comment", component: CommentPage, isInner: true },
];

const root = document.getElementById("console");
if (!root) throw new Error("the page has no place for the console");
desk.outbox.watch();
root.replaceChildren();
render(<Shell views={VIEWS} />, root);
