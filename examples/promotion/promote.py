"""Plan a release and apply it, in a pipeline.

python promote.py plan release.json release.plan    writes the plan, and a summary of it to the standard output
python promote.py apply release.json release.plan   applies it, or continues a run that was stopped

The environment says where and who: `ANAPLAN_CERTIFICATE` and `ANAPLAN_PRIVATE_KEY`, for example.
"""

import json
import sys
from pathlib import Path

from anaplan_ext import BoundPlan, Client, PromotionError


def summarize(plan: BoundPlan) -> str:
    """Describe a plan in Markdown."""
    lines = [f"### {plan.source.name}: {plan.revision.name}", "", f"SHA-256 `{plan.sha256}`", ""]
    for target in plan.targets:
        counts = ", ".join(f"{count} {word}" for word, count in target.totals.items() if count)
        what = target.reason or ("nothing to do" if target.is_done else f"from {target.revision_name}: {counts}")
        lines.append(f"- **{target.model.name}**: {what}")
        lines += [f"  - risk: {risk}" for risk in target.risks]
        lines += [f"  - warning: {warning}" for warning in target.warnings]
    return "\n".join(lines)


def main(command: str, release_file: str, plan_file: str) -> int:
    """Run a command, and return the exit code."""
    release = json.loads(Path(release_file).read_text(encoding="utf-8"))
    with Client.from_env() as client:
        (source,) = [model for model in client.list_models() if model.name == release["source"]]
        alm = client.with_model(source.id).alm
        if command == "plan":
            plan = alm.plan(release["revision"], release["targets"])
            plan.save(plan_file)
            print(summarize(plan))
            return 0
        results = alm.load_plan(plan_file).apply(
            resume=True, offline=True, stepwise=True, approve_risks=release["approve_risks"]
        )
        try:
            for result in results:
                print(result, flush=True)
        except PromotionError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
