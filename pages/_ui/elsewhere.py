"""Sources that are no file of one's own: a file on the web, a table of a database."""

import streamlit as st

from mll_core.domain.elsewhere import InADatabase, OnTheWeb
from pages._ui import form

FORMS = {"A file on the web": OnTheWeb, "A database": InADatabase}


def draw(prefix: str) -> str:
    """The form in an expander; the address as filled in, "" while something is missing."""
    with st.expander("From the web or a database", icon=":material/cloud_download:"):
        chosen = st.segmented_control(
            "Where the rows are",
            list(FORMS),
            default=next(iter(FORMS)),
            required=True,
            key=f"{prefix}-where",
        )
        source = form.draw(FORMS[str(chosen)], prefix=f"{prefix}-").source
        if chosen == "A database":
            st.caption(
                "Rows are only read, never changed. A password is kept beforehand, encrypted, "
                "for one host: `mll secret set NAME --host HOST`; here stands only its name."
            )
        else:
            st.caption("A CSV, TSV or Parquet file, also packed with gzip, fetched anew each time.")
        st.caption(
            "Hosts inside your own network need leave from whoever runs this workbench "
            "(`MLL_ALLOW_HOSTS`)."
        )
    return source
