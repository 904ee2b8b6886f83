"""A load that waits, in a model of the run's choice."""

from airflow.sdk import DAG
from airflow_provider_anaplan.operators import AnaplanLoadOperator

with DAG("waiting", schedule=None, params={"model": "", "folder": ""}) as dag:
    AnaplanLoadOperator(
        task_id="load",
        model="{{ params.model }}",
        files={"flights.csv": "{{ params.folder }}/flights.csv"},
        process="Reload flights",
        retries=3,
    )
