"""The pages as one ASGI app: Streamlit behind our door.

From the outside in: every answer carries the security headers, and what only an operator should
see is shut (``headers``); unknown names and foreign sites are turned away (``hosts``); errors
become ids (``errors``); a body has a size and a pace (``pace``); where people sign in, nobody comes
past the ``door`` without a session, which the ``entrance`` gives. Uploads go straight to the disk
(``incoming``): from programs by the ``upload_route``, from people by the page ``bring``.
"""
