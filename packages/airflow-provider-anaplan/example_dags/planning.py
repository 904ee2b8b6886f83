"""A night of planning: clear a module, load what the warehouse exported, export the result, promote a release."""

from airflow.sdk import DAG
from airflow_provider_anaplan.operators import (
    AnaplanExportOperator,
    AnaplanLoadOperator,
    AnaplanPromoteOperator,
    AnaplanRunOperator,
)

with DAG("planning", schedule=None, params={"folder": "/data"}) as dag:
    clear = AnaplanRunOperator(task_id="clear", model="Planning Dev", action="Clear flights")
    load = AnaplanLoadOperator(
        task_id="load",
        model="Planning Dev",
        files={"flights.csv": "{{ params.folder }}/flights.csv"},
        process="Reload flights",
        max_rejected=10,
        rejects_dir="{{ params.folder }}/rejects",
    )
    export = AnaplanExportOperator(
        task_id="export", model="Planning Dev", export="Export flights", path="{{ params.folder }}/out.csv"
    )
    promote = AnaplanPromoteOperator(
        task_id="promote",
        source="Planning Dev",
        revision="Aircraft types",
        targets=["Planning Prod"],
        approve_risks=["deletes data"],
    )
    clear >> load >> export >> promote
