"""Run Anaplan loads, actions and exports from Airflow."""
