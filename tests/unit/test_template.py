"""What the template grants, keeps and watches."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.template import TEMPLATE, load

T = load()
RESOURCES: dict[str, dict[str, Any]] = T["Resources"]
PUBLIC = {
    "id",
    "article_id",
    "parent_id",
    "author",
    "body",
    "status",
    "version",
    "created_at",
    "edited_at",
    "reply_count",
    "depth",
}


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: it["Properties"] for name, it in RESOURCES.items() if it["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")


def policies(function: str) -> list[dict[str, Any]]:
    """The policies that a function has in every deployment."""
    return [policy for policy in FUNCTIONS[function].get("Policies", []) if "Fn::If" not in policy]


def statements(function: str) -> list[dict[str, Any]]:
    return [s for policy in policies(function) for s in policy["Statement"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def grants(function: str) -> set[tuple[str, str]]:
    """Every action with what it is granted on, as text."""
    return {
        (action, str(resource))
        for statement in statements(function)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


TABLE = str({"Fn::GetAtt": "Table.Arn"})
STREAM = str({"Fn::GetAtt": "Table.StreamArn"})


def index(name: str) -> str:
    return str({"Fn::Sub": f"${{Table.Arn}}/index/{name}"})


def on_table(*actions: str) -> set[tuple[str, str]]:
    return {(f"dynamodb:{action}", TABLE) for action in actions}


def test_the_pages_function_may_query_one_index_and_read_counts_of_articles() -> None:
    by_resource = {str(statement["Resource"]): statement for statement in statements("PagesFunction")}

    assert by_resource == {
        index("pages"): {
            "Effect": "Allow",
            "Action": "dynamodb:Query",
            "Resource": {"Fn::Sub": "${Table.Arn}/index/pages"},
        },
        TABLE: {
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem", "dynamodb:BatchGetItem"],
            "Resource": {"Fn::GetAtt": "Table.Arn"},
            "Condition": {
                "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["ARTICLE#*"]},
                "ForAllValues:StringEquals": {"dynamodb:Attributes": ["PK", "SK", "comment_count"]},
                "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
            },
        },
    }


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (
            "CommentsFunction",
            on_table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem", "DeleteItem")
            | {("dynamodb:Query", index("authors"))},
        ),
        (
            "ModerationFunction",
            on_table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "Query")
            | {("dynamodb:Query", index("queue")), ("dynamodb:Query", index("authors"))},
        ),
        (
            "InsightsFunction",
            on_table("GetItem", "BatchGetItem")
            | {("dynamodb:Query", index("decisions")), ("dynamodb:Query", index("queue"))},
        ),
        (
            "ProjectionsFunction",
            on_table("PutItem", "UpdateItem")
            | {
                (f"dynamodb:{action}", STREAM)
                for action in ("DescribeStream", "GetRecords", "GetShardIterator")
            }
            | {("dynamodb:ListStreams", "*")}
            | {
                ("sqs:SendMessage", str({"Fn::GetAtt": f"{queue}.Arn"}))
                for queue in ("RescoringQueue", "JobsQueue", "ProjectionsDeadLetters")
            },
        ),
        (
            "JobsFunction",
            on_table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query")
            | {("dynamodb:Query", index("authors"))}
            | {
                (f"sqs:{action}", str({"Fn::GetAtt": "JobsQueue.Arn"}))
                for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
            },
        ),
        (
            "RescoringFunction",
            on_table("GetItem", "BatchGetItem", "PutItem", "UpdateItem")
            | {
                (f"sqs:{action}", str({"Fn::GetAtt": "RescoringQueue.Arn"}))
                for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
            },
        ),
        ("WebFunction", set()),
    ],
)
def test_a_function_has_these_rights_and_no_others(function: str, expected: set[tuple[str, str]]) -> None:
    assert grants(function) == expected


def test_no_function_takes_a_managed_policy_or_a_role_of_its_own() -> None:
    for name, function in FUNCTIONS.items():
        assert "Role" not in function
        assert all(set(policy) == {"Statement"} for policy in policies(name))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_model_in_s3_is_read_by_those_who_score_and_nothing_else_is(function: str) -> None:
    conditional = [it["Fn::If"] for it in FUNCTIONS[function].get("Policies", []) if "Fn::If" in it]
    variables = FUNCTIONS[function]["Environment"]["Variables"]

    if {"Ref": "ToxicityLayer"} not in FUNCTIONS[function].get("Layers", []):
        assert (conditional, "TOXICITY_MODEL_URI" in variables) == ([], False)
        return
    assert variables["TOXICITY_MODEL_URI"] == {"Ref": "ModelUri"}
    assert variables["TOXICITY_MODEL_SHA256"] == {"Ref": "ModelSha256"}
    place = {"Fn::Select": [1, {"Fn::Split": ["//", {"Fn::Sub": "${ModelUri}//"}]}]}
    read = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": {"Fn::Sub": ["arn:${AWS::Partition}:s3:::${Place}/*", {"Place": place}]},
    }
    assert conditional == [["HasModelUri", {"Statement": [read]}, {"Ref": "AWS::NoValue"}]]


def test_a_model_in_s3_must_be_pinned() -> None:
    def is_given(parameter: str) -> dict[str, Any]:
        return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]}

    rule = T["Rules"]["ModelIsPinned"]

    assert rule["RuleCondition"] == is_given("ModelUri")
    assert [assertion["Assert"] for assertion in rule["Assertions"]] == [is_given("ModelSha256")]


@pytest.mark.parametrize(
    ("parameter", "value", "is_taken"),
    [
        ("ModelUri", "", True),
        ("ModelUri", "s3://a-bucket/model", True),
        ("ModelUri", "s3://a.bucket.of/ours/model_1/1.0", True),
        ("ModelUri", "s3://bucket", False),
        ("ModelUri", "s3://bucket/model/", False),
        ("ModelUri", "s3://bucket//model", False),
        ("ModelUri", "s3://bucket/*", False),
        ("ModelUri", "https://bucket/model", False),
        ("ModelSha256", "", True),
        ("ModelSha256", "0a" * 32, True),
        ("ModelSha256", "0a" * 31, False),
        ("ModelSha256", "0A" * 32, False),
    ],
)
def test_the_place_of_a_model_and_its_checksum_are_well_formed(
    parameter: str, value: str, *, is_taken: bool
) -> None:
    pattern = T["Parameters"][parameter]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, value)) is is_taken


def test_the_public_index_holds_public_attributes_only() -> None:
    indexes = {i["IndexName"]: i for i in RESOURCES["Table"]["Properties"]["GlobalSecondaryIndexes"]}

    projection = indexes["pages"]["Projection"]

    assert projection["ProjectionType"] == "INCLUDE"
    assert set(projection["NonKeyAttributes"]) == PUBLIC
    assert set(indexes["queue"]["Projection"]["NonKeyAttributes"]) == PUBLIC | {
        "reasons",
        "scores",
        "model",
        "policy_version",
        "review",
        "lease",
        "decided_at",
        "message",
        "report_count",
        "report_weight",
        "appeal",
        "revisions",
    }
    assert {name: i["Projection"]["ProjectionType"] for name, i in indexes.items()} == {
        "pages": "INCLUDE",
        "queue": "INCLUDE",
        "authors": "ALL",
        "decisions": "ALL",
    }


def test_the_table_is_kept_and_can_be_restored() -> None:
    table = RESOURCES["Table"]
    properties = table["Properties"]

    assert table["DeletionPolicy"].startswith("Retain")
    assert table["UpdateReplacePolicy"] == "Retain"
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_logs_to_a_group_that_forgets(function: str) -> None:
    group = RESOURCES[FUNCTIONS[function]["LoggingConfig"]["LogGroup"]["Ref"]]

    assert group["Type"] == "AWS::Logs::LogGroup"
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_log_groups_are_not_shared() -> None:
    groups = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in FUNCTIONS.values()]

    assert len(set(groups)) == len(groups)


def test_whatever_is_asynchronous_has_a_dead_letter_queue_with_an_alarm() -> None:
    sources = of_type("AWS::Lambda::EventSourceMapping")
    queues = of_type("AWS::SQS::Queue")
    dead_letters = {
        queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"]
        for queue in queues.values()
        if "RedrivePolicy" in queue
    }
    watched = {
        dimension["Value"]["Fn::GetAtt"].replace(".QueueName", ".Arn")
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "QueueName"
    }

    for source in sources.values():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        origin = source["EventSourceArn"]["Fn::GetAtt"]
        if origin == "Table.StreamArn":
            dead_letters.add(source["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"])
        else:
            assert "RedrivePolicy" in queues[origin.removesuffix(".Arn")]

    assert len(sources) == 3
    assert dead_letters == watched


@pytest.mark.parametrize("work", ["Rescoring", "Jobs"])
def test_a_message_is_not_handed_out_twice_while_it_is_at_work(work: str) -> None:
    visibility = RESOURCES[f"{work}Queue"]["Properties"]["VisibilityTimeout"]

    assert visibility >= 6 * FUNCTIONS[f"{work}Function"]["Timeout"]


def test_the_stream_reaches_the_projections_as_comments_and_jobs_only() -> None:
    filters = RESOURCES["ProjectionsSource"]["Properties"]["FilterCriteria"]["Filters"]

    assert filters == [{"Pattern": '{"dynamodb": {"Keys": {"SK": {"S": ["COMMENT", "JOB"]}}}}'}]


def test_only_reads_of_published_comments_and_the_pages_need_no_login() -> None:
    public = {
        route["RouteKey"]
        for route in of_type("AWS::ApiGatewayV2::Route").values()
        if route.get("AuthorizationType") != "JWT"
    }

    assert public == {
        "GET /articles/{article_id}/comments",
        "GET /comments/{id}/replies",
        "GET /counts",
        "$default",
    }


def test_every_alarm_says_where_to_read_what_to_do() -> None:
    operations = (TEMPLATE.parent / "docs/operations.md").read_text()
    sections = re.findall(
        r"# docs/operations\.md, \"([^\"]+)\"[^\n]*\n  \w+:\n    Type: AWS::CloudWatch::Alarm",
        TEMPLATE.read_text(),
    )

    assert len(sections) == len(of_type("AWS::CloudWatch::Alarm"))
    headings = {line.lstrip("# ").strip() for line in operations.splitlines() if line.startswith("#")}
    assert set(sections) <= headings


def test_the_access_log_holds_neither_query_strings_nor_headers() -> None:
    logged = set(
        re.findall(
            r"\$context\.[A-Za-z.]+", RESOURCES["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]
        )
    )

    assert logged == {
        "$context.requestId",
        "$context.requestTime",
        "$context.identity.sourceIp",
        "$context.httpMethod",
        "$context.path",
        "$context.routeKey",
        "$context.status",
        "$context.responseLength",
        "$context.responseLatency",
        "$context.integrationLatency",
        "$context.authorizer.error",
        "$context.integrationErrorMessage",
    }


def test_functions_run_where_the_layers_are_built_for() -> None:
    assert T["Globals"]["Function"]["Runtime"] == "python3.13"
    assert T["Globals"]["Function"]["Architectures"] == ["arm64"]
    assert T["Globals"]["Function"]["Tracing"] == "Active"
    assert not any("ReservedConcurrentExecutions" in function for function in FUNCTIONS.values())
    for layer in of_type("AWS::Serverless::LayerVersion").values():
        assert layer["CompatibleRuntimes"] == ["python3.13"]
        assert layer["CompatibleArchitectures"] == ["arm64"]


def test_only_the_functions_that_score_or_ask_for_its_thresholds_carry_the_model() -> None:
    carrying = {name for name, it in FUNCTIONS.items() if {"Ref": "ToxicityLayer"} in it.get("Layers", [])}

    assert carrying == {"CommentsFunction", "InsightsFunction", "RescoringFunction"}


def test_the_client_of_the_pages_keeps_no_secret() -> None:
    client = RESOURCES["UserPoolClient"]["Properties"]

    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid", "profile"]


@pytest.mark.parametrize("function", ["ModerationFunction", "JobsFunction"])
def test_the_table_itself_is_queried_for_what_lies_with_comments_only(function: str) -> None:
    (queried,) = [
        statement
        for statement in statements(function)
        if as_list(statement["Action"]) == ["dynamodb:Query"] and str(statement["Resource"]) == TABLE
    ]

    assert queried["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["COMMENT#*"]}}
