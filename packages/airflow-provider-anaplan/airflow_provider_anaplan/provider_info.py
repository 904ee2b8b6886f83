"""What Airflow reads about the package."""


def get_provider_info() -> dict[str, object]:
    """Return the name and the type of connection of the provider."""
    return {
        "package-name": "airflow-provider-anaplan",
        "name": "Anaplan",
        "description": "Loads, actions and exports of Anaplan.",
        "connection-types": [
            {"connection-type": "anaplan", "hook-class-name": "airflow_provider_anaplan.hooks.AnaplanHook"}
        ],
    }
